import { randomBytes } from 'node:crypto';

/** A value that stands nowhere else; its characters are changed by every common encoding. */
export function newCanary(): string {
  const unique = () => randomBytes(9).toString('base64url').replaceAll(/[-_]/g, 'x');
  return `CANARY-${unique()}/é"\\+${unique()}`;
}

interface Needle {
  readonly encoding: string;
  readonly text: string;
}

/** Text or bytes, read once for many searches. */
export class Haystack {
  readonly text: string;
  readonly lowerCase: string;

  constructor(content: string | Uint8Array) {
    const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
    this.text = Buffer.from(bytes).toString('latin1');
    this.lowerCase = this.text.toLowerCase();
  }
}

/** Finds a value in text or bytes, in whatever way it may have been written down. */
export class CanaryScanner {
  readonly #needles: readonly Needle[];

  private constructor(needles: readonly Needle[]) {
    this.#needles = needles;
  }

  /** Finds the value and each half of it: half a password is a leak. */
  static forParts(value: string): CanaryScanner {
    const half = Math.floor(value.length / 2);
    return new CanaryScanner([
      ...needlesOf(value, 'whole'),
      ...needlesOf(value.slice(0, half), 'first half'),
      ...needlesOf(value.slice(half), 'last half'),
    ]);
  }

  /** Finds the whole value alone. */
  static forWhole(value: string): CanaryScanner {
    return new CanaryScanner(needlesOf(value, 'whole'));
  }

  /** The encodings in which the value is in there. */
  find(content: string | Uint8Array | Haystack): string[] {
    const { text, lowerCase } = content instanceof Haystack ? content : new Haystack(content);
    return this.#needles
      .filter(({ encoding, text: needle }) =>
        /hex|percent/.test(encoding) ? lowerCase.includes(needle) : text.includes(needle),
      )
      .map(({ encoding }) => encoding);
  }
}

/** Each encoding of a text once: most base64 is base64url as well. */
function needlesOf(value: string, part: string): Needle[] {
  const byText = new Map(encodingsOf(value).map((needle) => [needle.text, needle]));
  return [...byText.values()].map(({ encoding, text }) => ({
    encoding: `${encoding} of the ${part}`,
    text,
  }));
}

function encodingsOf(text: string): Needle[] {
  const bytes = Buffer.from(text, 'utf8');
  const latin1 = (encoded: string) => Buffer.from(encoded, 'utf8').toString('latin1');
  return [
    { encoding: 'raw', text: latin1(text) },
    { encoding: 'utf-16le', text: Buffer.from(text, 'utf16le').toString('latin1') },
    { encoding: 'JSON', text: latin1(JSON.stringify(text).slice(1, -1)) },
    { encoding: 'JSON in JSON', text: latin1(quotedTwice(text)) },
    { encoding: 'hex', text: bytes.toString('hex') },
    { encoding: 'percent', text: encodeURIComponent(text).toLowerCase() },
    ...base64Cores(bytes),
  ];
}

function quotedTwice(text: string): string {
  return JSON.stringify(JSON.stringify(text)).slice(3, -3);
}

/** Base64 of a value within something longer: three alignments, without the ends that vary. */
function base64Cores(bytes: Buffer): Needle[] {
  return [0, 1, 2].flatMap((offset) => {
    const core = bytes.subarray(offset, offset + Math.floor((bytes.length - offset) / 3) * 3);
    return (['base64', 'base64url'] as const).map((encoding) => ({
      encoding: `${encoding} at ${offset}`,
      text: core.toString(encoding),
    }));
  });
}
