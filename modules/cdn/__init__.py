"""The CloudFront distribution: the only way in for viewers (MAP-6)."""

from modules.cdn.distribution import Distribution
from modules.cdn.media import Media
from modules.cdn.playback import PlaybackKeys

__all__ = ["Distribution", "Media", "PlaybackKeys"]
