"""What is tried on a running platform, as a user or an attacker would, with what must be seen.

The cases here follow from the settings, whatever the application is. What only its author can know, such as a sound
request or what an answer must hold, is in the application's own part: `Application.smoke` names it, `kit` is its form.
"""
