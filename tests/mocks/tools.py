"""What the random and command providers compute, for the mock."""

COMPUTED = {
    "random:index/randomString:RandomString": lambda name, inputs: {"result": "0a1b2c"},
    "command:local:Command": lambda name, inputs: {"stdout": inputs["environment"]["DIGEST"], "stderr": ""},
}
