"""Raises an exception while it is being imported that is no Exception, and whose text cannot be read."""


class Gone(BaseException):
    def __str__(self):
        raise Gone


raise Gone
