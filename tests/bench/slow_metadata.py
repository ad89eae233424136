"""The lab's metadata service with a delay before each answer, and a list of what was asked.

    python slow_metadata.py ADDRESS STATE-FILE DELAY-FILE LOG-FILE

The delay in milliseconds is read anew for each question. Each line of the log: when it came, when it was answered, what it was.
"""

import sys
import time
from http.server import ThreadingHTTPServer

from lab import metadata


class SlowHandler(metadata.Handler):
    # Headers and body in one packet: in two, the second might wait for the client's delayed acknowledgement of the first.
    wbufsize = -1
    disable_nagle_algorithm = True
    delay_file = log_file = None

    def do_PUT(self):
        self.late(super().do_PUT)

    def do_GET(self):
        self.late(super().do_GET)

    def late(self, answer):
        came = time.time()
        with open(self.delay_file) as file:
            delay = float(file.read()) / 1000
        answer()  # into the buffer
        time.sleep(max(0.0, came + delay - time.time()))
        answered = time.time()  # before the client has it, and can ask the next
        self.wfile.flush()
        with open(self.log_file, "a") as out:  # one short write a line, so threads don't mix theirs
            out.write(f"{came:.6f} {answered:.6f} {self.command} {self.path}\n")

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 64  # a dozen values are asked for at once


if __name__ == "__main__":
    address, metadata.Handler.state_file, SlowHandler.delay_file, SlowHandler.log_file = sys.argv[1:]
    Server((address, 80), SlowHandler).serve_forever()
