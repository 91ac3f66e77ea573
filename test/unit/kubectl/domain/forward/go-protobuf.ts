/** A field as Go sees it; of a number, the bytes are those of the number. */
interface GoField {
  readonly number: number;
  readonly wireType: number;
  readonly bytes: Buffer;
}

/** The generated code of Kubernetes returns an error. */
class GoError extends Error {}

/**
 * The fields of a message as the code reads it that is generated for Kubernetes' types: numbers of
 * fields are cut to 32 bits, numbers to 64, groups are passed over. Throws where that has an error.
 * https://github.com/kubernetes/apimachinery/blob/v0.37.2/pkg/runtime/generated.pb.go (`Unmarshal`)
 */
export function goFields(bytes: Buffer): readonly GoField[] {
  const fields: GoField[] = [];
  let position = 0;
  while (position < bytes.byteLength) {
    const tag = goVarint(bytes, position);
    const number = Number(BigInt.asIntN(32, tag.value >> 3n));
    const wireType = Number(tag.value & 7n);
    if (wireType === 4 || number <= 0) throw new GoError('illegal tag');
    const { start, end } = extent(bytes, tag.end, wireType);
    fields.push({ number, wireType, bytes: bytes.subarray(start, end) });
    position = end;
  }
  return fields;
}

/** What the last of these texts is, in all the messages that a path of numbers leads to. */
export function goText(fields: readonly GoField[], ...path: readonly number[]): string {
  const [number, ...rest] = path;
  const found = fields.filter((field) => field.number === number);
  if (found.some(({ wireType }) => wireType !== 2)) throw new GoError('wrong wire type');
  if (rest.length === 0) return found.at(-1)?.bytes.toString('utf8') ?? '';
  return goText(
    found.flatMap(({ bytes }) => goFields(bytes)),
    ...rest,
  );
}

/** The object in an envelope: of several the last one. */
export function goObject(body: Buffer): readonly GoField[] {
  const envelope = goFields(body.subarray(4));
  const found = envelope.filter(({ number }) => number === 2);
  return goFields(found.at(-1)?.bytes ?? Buffer.alloc(0));
}

function extent(bytes: Buffer, start: number, wireType: number): { start: number; end: number } {
  let end = start;
  if (wireType === 0) end = goVarint(bytes, start).end;
  else if (wireType === 1) end += 8;
  else if (wireType === 5) end += 4;
  else if (wireType === 2) {
    const length = goVarint(bytes, start);
    const signed = BigInt.asIntN(64, length.value);
    if (signed < 0n) throw new GoError('negative length');
    const from = length.end;
    if (BigInt(from) + signed > BigInt(bytes.byteLength)) throw new GoError('unexpected end');
    return { start: from, end: from + Number(signed) };
  } else if (wireType === 3) end = groupEnd(bytes, start);
  else throw new GoError('illegal wire type');
  if (end > bytes.byteLength) throw new GoError('unexpected end');
  return { start, end };
}

function groupEnd(bytes: Buffer, start: number): number {
  let position = start;
  for (;;) {
    const tag = goVarint(bytes, position);
    const wireType = Number(tag.value & 7n);
    if (wireType === 4) return tag.end;
    position = extent(bytes, tag.end, wireType).end;
  }
}

function goVarint(bytes: Buffer, start: number): { value: bigint; end: number } {
  let value = 0n;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[start + index];
    if (byte === undefined) throw new GoError('unexpected end');
    value |= BigInt(byte & 0x7f) << BigInt(7 * index);
    if (byte < 0x80) return { value: BigInt.asUintN(64, value), end: start + index + 1 };
  }
  throw new GoError('overflow');
}
