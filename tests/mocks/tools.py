"""What the random and command providers compute, for the mock."""

COMPUTED = {
    "random:index/randomString:RandomString": lambda name, inputs: {
        "result": "0a1b2c"[: int(inputs["length"])]
    },
    "command:local:Command": lambda name, inputs: {
        "stdout": inputs["environment"].get("DIGEST") or inputs["environment"]["SHA256"],
        "stderr": "",
    },
}
