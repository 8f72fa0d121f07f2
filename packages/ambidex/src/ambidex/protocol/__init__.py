"""Own the wire: bytes in, messages out, and back. No I/O, no clock, no thread, no randomness.

Either side may call the other. A frame is a header of 16 bytes, little-endian, and a payload of 256 KiB or less:

    length   u32   of the payload
    kind     u8    of the table below
    flags    u8    1: the last buffer is the payload; 2: a call that is answered by items; 4: some buffers stay in
                   shared memory; 8: a call whose answers' long buffers are to stay there
    buffers  u16   how many buffers follow the message
    id       u64   of the call; 0 for what is of no call

The side that has opened the connection numbers its calls 2, 4, 6 ...; the other one 1, 3, 5 ....

| kind | who sends it | payload |
| --- | --- | --- |
| hello | both, first | JSON: versions of wire, library and Python, codecs, limits, process id, size of the arena |
| call | the caller | remaining time in seconds, target, length of the name, name, the arguments in the codec |
| result | the called side | the result |
| error | the called side | the exception |
| item | both | of a stream: what it yields, or what it is sent |
| credit | whoever reads a stream | how many more items it takes |
| end | both | of a stream: it yields no more, or is closed |
| cancel | the caller | why, as text |
| event | a service | topic, cursor and value |
| log | the called side | a line that it has written |
| ping, pong | both | eight bytes, which come back as they were |
| release | whoever has had an object | the object's number, and how often it was received |
| goodbye | both, last | why, as text |
| settled | both | of no call: the connection of this number is over, and its last call; slots that are read still |
| freed | both | of no call: the slot of this number is not read any more |
| bulk | both | the next bytes of the buffers of the last message of this id |
| placed | both | the same, of one buffer, where they stand in shared memory: their number, slot and offset |

A message with buffers begins with their lengths, eight bytes each. Their bytes follow in bulk frames, and frames of
other ids, and a cancel of this one, go between those. What is too long for one frame goes as one more buffer.

A slot is a range of memory that its sender shares with the other side. It has a number, 1 or more, which is given
once, and an offset, each of eight bytes. What is "placed" in one is copied out of it by who receives that, and freed
over the same connection. With the flag 4 each length of a buffer is followed by a slot, or by number and offset 0 for
one that follows in frames; what is there is read where it is, and freed over any connection when nobody does any more.
Only a side takes slots whose hello says so, by the size of its arena in bytes. Those of a connection that has ended
before they were freed come back when each side has said that it is settled, and which slots that came over it are read
still: first the called side, then its caller, who knows then that nothing of that connection is under way.
"""

from __future__ import annotations

from ._frames import CHUNK, PIECE, Flags, Kind, Message, Slot, encoded
from ._hello import WIRE, Hello, chosen_codec, read_hello
from ._limits import Limits
from ._reader import Reader
from ._writer import Writer

__all__ = (
    "CHUNK",
    "Flags",
    "Hello",
    "Kind",
    "Limits",
    "Message",
    "PIECE",
    "Reader",
    "Slot",
    "WIRE",
    "Writer",
    "chosen_codec",
    "encoded",
    "read_hello",
)
