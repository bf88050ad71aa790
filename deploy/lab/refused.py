"""Why a request to the lab agent is not carried out."""


class Refused(Exception):
    def __init__(self, status, code, message, wait=None):
        super().__init__(message)
        self.status, self.code, self.message, self.wait = status, code, message, wait
