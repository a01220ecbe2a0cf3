"""Many calls on one HTTP/2 connection, as a deploy makes them; runs in the emulator's environment."""

import socket
import ssl
import sys

import h2.config
import h2.connection
import h2.events


def _main(port: int, authority: str, calls: int) -> None:
    """Prints how many answers came."""
    context = ssl.create_default_context(cafile=authority)
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("localhost", port)) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as connection,
    ):
        spoken = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
        spoken.initiate_connection()
        answers = 0
        for _ in range(calls):
            headers = {":method": "GET", ":path": "/_ministack/health", ":scheme": "https", ":authority": "localhost"}
            spoken.send_headers(spoken.get_next_available_stream_id(), list(headers.items()), end_stream=True)
            connection.sendall(spoken.data_to_send())
            answers += _is_answered(connection, spoken)
        print(answers)


def _is_answered(connection: ssl.SSLSocket, spoken: h2.connection.H2Connection) -> bool:
    while data := connection.recv(65536):
        for event in spoken.receive_data(data):
            if isinstance(event, h2.events.DataReceived):
                spoken.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                return True
            elif isinstance(event, h2.events.ConnectionTerminated):
                return False
        connection.sendall(spoken.data_to_send())
    return False


if __name__ == "__main__":
    _main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
