"""Publishing: upload, metadata, thumbnail, captions, and what became of it all."""

from ytempire.publishing.finish import mark_published, set_thumbnail, upload_captions
from ytempire.publishing.store import DueUpload, due_uploads, prepare_upload
from ytempire.publishing.upload import upload_video

__all__ = [
    "DueUpload",
    "due_uploads",
    "mark_published",
    "prepare_upload",
    "set_thumbnail",
    "upload_captions",
    "upload_video",
]
