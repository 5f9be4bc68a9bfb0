"""Has no hole at all, only a module that has every name, and whose namespace lies."""


class Any:
    def __call__(self, *args, **kwargs):
        return self

    def __eq__(self, other):
        return True

    def __getattr__(self, name):
        return self


def __getattr__(name):
    return Any()
