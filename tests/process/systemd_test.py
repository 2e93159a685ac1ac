"""The systemd unit: that it is installed, that systemd understands it, and how much it locks down.

Where systemd-analyze is missing the tests that need it are skipped and say so; the others read the
unit themselves.
"""

import os
import re
import shutil
import subprocess
import tempfile

import harness

UNIT = os.path.join(os.path.dirname(__file__), "..", "..", "packaging", "argot.service")
EXPOSURE_MAX = 2.0

# What SECURITY.md and docs/guides/operate.md say of it.
LOCKED_DOWN = {
    "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes",
    "PrivateTmp": "yes", "PrivateDevices": "yes", "ProtectKernelTunables": "yes",
    "ProtectKernelModules": "yes", "ProtectKernelLogs": "yes", "ProtectControlGroups": "yes",
    "MemoryDenyWriteExecute": "yes", "RestrictAddressFamilies": "AF_INET AF_INET6 AF_UNIX",
    "CapabilityBoundingSet": "", "UMask": "0077", "DynamicUser": "yes", "StateDirectory": "argot",
}


def read_unit():
    """Key -> its values in their order, over all sections."""
    found = {}
    with open(UNIT, encoding="ascii") as file:
        for line in file:
            if re.match(r"[A-Za-z]+=", line):
                key, value = line.rstrip("\n").split("=", 1)
                found.setdefault(key, []).append(value)
    return found


def seconds(duration):
    """What a duration of ours is in seconds."""
    count, unit = re.fullmatch(r"(\d+)(ms|s|m|h)", duration).groups()
    return int(count) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit]


class Unit(harness.unittest.TestCase):
    def setUp(self):
        self.place = tempfile.mkdtemp(prefix="argot-unit-")
        self.addCleanup(shutil.rmtree, self.place, ignore_errors=True)

    def analyze(self, *arguments):
        """Runs systemd-analyze, or skips the test."""
        if shutil.which("systemd-analyze") is None:
            self.skipTest("there is no systemd-analyze here")
        return subprocess.run(["systemd-analyze", *arguments], capture_output=True, text=True,
                              timeout=harness.PATIENCE, check=False)

    def test_it_is_locked_down_as_the_documents_say(self):
        unit = read_unit()
        for key, value in LOCKED_DOWN.items():
            self.assertEqual(unit.get(key), [value], key)
        self.assertEqual(unit["SystemCallFilter"], [
            "@system-service", "~@privileged @resources",
            "landlock_create_ruleset landlock_add_rule landlock_restrict_self prlimit64"])

    def test_systemd_finds_little_to_object_to(self):
        ended = self.analyze("security", "--offline=true", "--no-pager", os.path.abspath(UNIT))
        self.assertEqual(ended.returncode, 0, ended.stderr)
        exposure = re.search(r"Overall exposure level for argot\.service: ([\d.]+)", ended.stdout)
        self.assertIsNotNone(exposure, ended.stdout)
        self.assertLess(float(exposure[1]), EXPOSURE_MAX, ended.stdout)

    def test_systemd_understands_all_of_it(self):
        with open(UNIT, encoding="ascii") as file:
            text = file.read()
        # The program stands where it was built; the manual page is not installed.
        program = os.path.abspath(harness.PROGRAM)
        self.assertIn("\nExecStart=argot serve\n", text)
        path = os.path.join(self.place, "argot.service")
        with open(path, "w", encoding="ascii") as file:
            file.write(text.replace("ExecStart=argot", f"ExecStart={program}"))
        ended = self.analyze("verify", "--man=no", path)
        complaints = [line for line in ended.stderr.splitlines() if "argot.service" in line]
        self.assertEqual(complaints, [])
        self.assertEqual(ended.returncode, 0, ended.stderr)

    def test_a_server_that_failed_is_started_again_and_a_drain_may_end(self):
        unit = read_unit()
        self.assertEqual(unit["Restart"], ["on-failure"])
        # 70 is what a fail-stop ends with: it must not count as a success, nor stop the restarts.
        self.assertNotIn("SuccessExitStatus", unit)
        self.assertNotIn("RestartPreventExitStatus", unit)
        shown = harness.run_program("serve", "--help").stdout
        drain = re.search(r"--server-drain-timeout.*?default: (\w+)", shown, re.DOTALL)[1]
        self.assertGreater(int(unit["TimeoutStopSec"][0]), seconds(drain) + 5)
        self.assertEqual(unit["KillSignal"], ["SIGTERM"])

    def test_its_variables_are_settings_and_its_limit_is_large_enough(self):
        unit = read_unit()
        shown = harness.run_program("serve", "--help").stdout
        for assignment in unit["Environment"]:
            name = assignment.split("=")[0]
            self.assertRegex(shown, rf"variable: {name};")
        self.assertEqual(unit["Environment"], ["ARGOT_DATA=/var/lib/argot"])
        self.assertEqual(unit["EnvironmentFile"], ["-/etc/argot/argot.env"])
        connections = int(re.search(r"--server-connections-max.*?default: (\d+)", shown,
                                    re.DOTALL)[1])
        self.assertGreaterEqual(int(unit["LimitNOFILE"][0]), 2 * connections + 400)

    def test_it_is_installed_with_the_program(self):
        build = os.path.dirname(os.path.abspath(harness.PROGRAM))
        if not os.path.exists(os.path.join(build, "cmake_install.cmake")):
            self.skipTest(f"{harness.PROGRAM} does not stand in a build folder")
        subprocess.run(["cmake", "--install", build, "--prefix", self.place, "--component",
                        "program"], capture_output=True, timeout=harness.PATIENCE, check=True)
        with open(os.path.join(self.place, "lib/systemd/system/argot.service"), "rb") as file:
            installed = file.read()
        with open(UNIT, "rb") as file:
            self.assertEqual(file.read(), installed)
        self.assertTrue(os.access(os.path.join(self.place, "bin/argot"), os.X_OK))


if __name__ == "__main__":
    harness.main()
