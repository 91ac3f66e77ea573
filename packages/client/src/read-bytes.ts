/** More than any response of the gateway that is read whole. */
const BYTES_MAX = 64 * 1024 * 1024;

/** Reads a body; throws a RangeError beyond 64 MiB. */
export async function readBytes(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | readonly Uint8Array[] = response.body ?? [];
  for await (const piece of body) {
    size += piece.byteLength;
    if (size > BYTES_MAX) throw new RangeError(`the response has more than ${BYTES_MAX} bytes`);
    pieces.push(piece);
  }
  const bytes = new Uint8Array(size);
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.byteLength;
  }
  return bytes;
}
