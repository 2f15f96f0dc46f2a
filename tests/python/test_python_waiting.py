"""What waits is woken: by Ctrl-C, and by a database that is closed."""
import os
import signal
import threading
import time

import kith
import pytest


def test_control_c_ends_a_wait(crm: kith.Database) -> None:
    timer = threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        crm.wait(crm.info().last_sequence, 30)
    assert time.monotonic() - begun < 15
    timer.join()


def test_closing_the_database_ends_a_wait(crm: kith.Database) -> None:
    timer = threading.Timer(0.2, crm.close)
    timer.start()
    with pytest.raises(kith.Closed):
        crm.wait(crm.info().last_sequence, 30)
    timer.join()
