"""The steps of a start in words, and why they take as long as they do."""

LONG = 4
"""So many steps of each kind of start are called its longest."""

PARTS = {
    "command": "Python and the imports of the sandbox's command",
    "tools": "looking for the tools",
    "plugins": "writing the plugins' start scripts",
    "registries": "starting the local registries",
    "image": "building and pushing the image",
    "preparing": "preparing the rest",
    "select": "`pulumi stack select`",
    "engine": "`pulumi up` until it starts the program",
    "python": "Python and Pulumi's SDK, until the program's first line",
    "imports": "imports of the program and the clouds' SDKs",
    "planning": "checking the settings, planning",
    "providers": "starting and configuring the clouds' plugins",
    "resources": "registering everything else",
    "copies": "nothing but copies of images",
    "waiting": "the program alone, between registrations",
    "leaving": "the engine's end: outputs, the state, plugins",
    "state": "state and outputs are read, before and after",
    "checks": "what is checked before and after, and shown",
}
"""Name of a step → what it is."""

WHY = {
    "command": "the command line and the rules' data are read.",
    "tools": "every tool on `PATH` is asked for its version.",
    "plugins": "versions of the installed SDKs are read.",
    "registries": "four processes start, and each must answer before it goes on.",
    "image": "crane builds an image of files and pushes it, each step a process of its own.",
    "preparing": "settings are read and written, and modules of the sandbox loaded.",
    "select": "one start of the CLI, which makes the stack; only where there is none.",
    "engine": "the CLI reads project and state, and starts the language host, which is Python, too.",
    "python": "Pulumi's own SDK brings gRPC and its messages.",
    "imports": (
        "a module of an SDK holds the classes of all resources of a service, however few are used; of a "
        "service that is not used, nothing is loaded."
    ),
    "planning": "settings are checked by classes that pydantic makes at the start.",
    "providers": (
        "each plugin is a process of Python that loads the rules of its cloud; they start at once, and "
        "share the cores."
    ),
    "resources": (
        "each resource is checked and made by a plugin, in calls of the engine that follow the dependencies; "
        "in a new sandbox, plugins also read from the SDKs what each type takes, once for each version."
    ),
    "copies": (
        "what runs needs the digest that was read back, so functions wait for their copy, which runs crane "
        "several times."
    ),
    "waiting": "the program resolves outputs and prepares the next requests.",
    "leaving": "the engine writes outputs and state, waits for the program, and ends its plugins.",
    "state": "its file is read, without a start of the CLI.",
    "checks": "needs, registries and clouds are compared with the state.",
}
"""Name of a step → why it takes time."""
