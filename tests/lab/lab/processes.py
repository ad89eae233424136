"""Starting and stopping: each process by its own handle, every wait bounded."""

import os
import signal
import subprocess
import time


class LabError(Exception):
    """The lab itself could not do what it was asked; says nothing about the program under test."""


def wait_until(ready, seconds, what, every=0.02):
    deadline = time.monotonic() + seconds
    while True:
        if ready():
            return
        if time.monotonic() > deadline:
            raise LabError(f"{what}: not within {seconds} s")
        time.sleep(every)


def run(argv, seconds=10, check=True, **options):
    try:
        done = subprocess.run(argv, capture_output=True, text=True, timeout=seconds, stdin=options.pop("stdin", subprocess.DEVNULL)
                              if "input" not in options else None, **options)
    except subprocess.TimeoutExpired:
        raise LabError(f"{' '.join(argv)}: no end within {seconds} s") from None
    if check and done.returncode != 0:
        raise LabError(f"{' '.join(argv)}: exit {done.returncode}\n{done.stdout}{done.stderr}".rstrip())
    return done


class Daemons:
    """The lab's background processes. Their own session keeps a Ctrl-C at the terminal from reaching them before we tidy up."""

    def __init__(self, log_dir):
        self.log_dir, self.running = log_dir, {}

    def start(self, name, argv, **options):
        with open(os.path.join(self.log_dir, name + ".log"), "ab") as log:
            self.running[name] = subprocess.Popen(
                argv, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, **options)
        return self.running[name]

    def ended(self, name):
        return self.running[name].poll() is not None

    def check(self, name):
        if self.ended(name):
            raise LabError(f"{name} ended with {self.running[name].returncode}:\n{self.log(name)}")

    def wait_for(self, name, ready, seconds):
        def ready_or_dead():
            self.check(name)
            return ready()

        try:
            wait_until(ready_or_dead, seconds, f"{name} to be ready")
        except LabError as problem:
            raise LabError(f"{problem}\n{self.log(name)}") from None

    def hang_up(self, name):
        self.running[name].send_signal(signal.SIGHUP)

    def log(self, name, last=600):
        with open(os.path.join(self.log_dir, name + ".log"), errors="replace") as log:
            return log.read()[-last:]

    def stop_all(self):
        alive = [process for process in self.running.values() if process.poll() is None]
        for process in alive:
            process.terminate()
        for process in alive:
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(3)
        self.running.clear()
