import type { Buffer } from 'node:buffer';

/** https://protobuf.dev/programming-guides/encoding/#structure */
export const wireTypes = {
  varint: 0,
  fixed64: 1,
  bytes: 2,
  groupStart: 3,
  groupEnd: 4,
  fixed32: 5,
} as const;

const varintBitsMax = 64n;
const lengthMax = 2n ** 63n;

/** Error in an encoding, in the words of Kubernetes' decoders; never contains bytes. */
export class ProtobufSyntaxError extends Error {
  override readonly name = 'ProtobufSyntaxError';
}

export interface Tag {
  readonly number: number;
  readonly wireType: number;
}

/** Reader of one message, from start to end. Its methods throw ProtobufSyntaxError. */
export class ProtobufReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Reads a tag; errors contain the message's name. */
  tag(messageName: string): Tag {
    const tag = this.varint();
    const wireType = Number(tag & 7n);
    const number = Number(BigInt.asIntN(32, tag >> 3n));
    if (wireType === wireTypes.groupEnd) {
      throw new ProtobufSyntaxError(`proto: ${messageName}: wiretype end group for non-group`);
    }
    if (number <= 0) {
      const what = `illegal tag ${number} (wire type ${tag})`;
      throw new ProtobufSyntaxError(`proto: ${messageName}: ${what}`);
    }
    return { number, wireType };
  }

  /** Reads an unsigned 64-bit integer. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < varintBitsMax; shift += 7n) {
      const byte = this.#bytes[this.#at];
      if (byte === undefined) throw unexpectedEnd();
      this.#at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufSyntaxError('proto: integer overflow');
  }

  double(): number {
    return this.#take(8).readDoubleLE();
  }

  /** Returns a view, not a copy. */
  bytes(): Buffer {
    const length = this.varint();
    if (length >= lengthMax) {
      throw new ProtobufSyntaxError('proto: negative length found during unmarshaling');
    }
    return this.#take(Number(length));
  }

  /** Skips the value after a tag. */
  skip({ wireType }: Tag): void {
    let groups = 0;
    for (let type = wireType; ; type = Number(this.varint() & 7n)) {
      if (type === wireTypes.groupStart) groups += 1;
      else if (type === wireTypes.groupEnd) groups -= 1;
      else this.#skipValue(type);
      if (groups === 0) return;
    }
  }

  #skipValue(wireType: number): void {
    switch (wireType) {
      case wireTypes.varint:
        this.varint();
        return;
      case wireTypes.fixed64:
        this.#take(8);
        return;
      case wireTypes.bytes:
        this.bytes();
        return;
      case wireTypes.fixed32:
        this.#take(4);
        return;
      default:
        throw new ProtobufSyntaxError(`proto: illegal wireType ${wireType}`);
    }
  }

  #take(length: number): Buffer {
    const end = this.#at + length;
    if (end > this.#bytes.length) throw unexpectedEnd();
    const taken = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return taken;
  }
}

function unexpectedEnd(): ProtobufSyntaxError {
  return new ProtobufSyntaxError('unexpected EOF');
}
