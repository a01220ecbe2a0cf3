"""Rules that concern several areas of the settings: one file for each subject."""
