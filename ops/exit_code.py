"""
The exit codes of the `firn` command, the same for all of its subcommands.

Rule 1: a script decides by the code alone what comes next, so a code is what is
to be done, not what went wrong. README.md's table is made of these comments, and
docs/RUNBOOK.md has it in more words.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """
    What is to be done when a command has ended.
    """

    DONE = 0  # nothing
    ACT = 1  # look: something is lost, damaged, or does not work
    USAGE = 2  # mend the command, its input, the credentials or the deployment
    COLD = 3  # restore first: what was asked for cannot be read now
    AGAIN = 4  # the same command once more: AWS did not take it, or not all of it
    INTERRUPTED = 130  # the same, when you like: Ctrl-C, as the shell reports it
    UNREAD = 141  # nothing: who read the output went away, as the shell reports it
