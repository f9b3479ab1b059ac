"""Tests reach this machine only."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError


def test_an_address_beyond_loopback_is_refused() -> None:
    with socket.socket() as outside, pytest.raises(SocketConnectBlockedError):
        outside.connect(("192.0.2.1", 80))
