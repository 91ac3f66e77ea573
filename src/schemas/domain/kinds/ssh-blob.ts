/** Reader of the strings and numbers of SSH (RFC 4251, section 5). Undefined past the end. */
export class SshBlob {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#bytes.length;
  }

  /** Returns the bytes that are left. */
  get rest(): Buffer {
    return this.#bytes.subarray(this.#position);
  }

  number(): number | undefined {
    const end = this.#position + 4;
    if (end > this.#bytes.length) return undefined;
    const value = this.#bytes.readUInt32BE(this.#position);
    this.#position = end;
    return value;
  }

  string(): Buffer | undefined {
    const length = this.number();
    const end = this.#position + (length ?? 0);
    if (length === undefined || end > this.#bytes.length) return undefined;
    const value = this.#bytes.subarray(this.#position, end);
    this.#position = end;
    return value;
  }
}

/** Number of strings after the name in a public key, by its algorithm (RFC 4253, 5656, 8709). */
const publicParts: Readonly<Record<string, number>> = {
  'ssh-rsa': 2,
  'ssh-dss': 4,
  'ssh-ed25519': 1,
  'ssh-ed448': 1,
  'ecdsa-sha2-nistp256': 2,
  'ecdsa-sha2-nistp384': 2,
  'ecdsa-sha2-nistp521': 2,
  'sk-ssh-ed25519@openssh.com': 2,
  'sk-ecdsa-sha2-nistp256@openssh.com': 3,
};

const curves: Readonly<Record<string, { readonly name: string; readonly pointBytes: number }>> = {
  'ecdsa-sha2-nistp256': { name: 'nistp256', pointBytes: 65 },
  'ecdsa-sha2-nistp384': { name: 'nistp384', pointBytes: 97 },
  'ecdsa-sha2-nistp521': { name: 'nistp521', pointBytes: 133 },
  'sk-ecdsa-sha2-nistp256@openssh.com': { name: 'nistp256', pointBytes: 65 },
};
const UNCOMPRESSED_POINT = 4;

const RSA_BYTES_MIN = 256;
const RSA_BYTES_MAX = 2_048;
const ED25519_BYTES = 32;

/** Returns why bytes are no public key of SSH, or not one of `type`; undefined if they are one. */
export function publicBlobReason(bytes: Buffer, type?: string): string | undefined {
  const blob = new SshBlob(bytes);
  const name = blob.string()?.toString('latin1') ?? '';
  const count = Object.hasOwn(publicParts, name) ? publicParts[name] : undefined;
  if (count === undefined) return 'has a public key of an unknown algorithm';
  if (type !== undefined && type !== name) return 'names another algorithm than its public key';
  const parts = Array.from({ length: count }, () => blob.string());
  if (parts.some((part) => part === undefined || part.length === 0) || !blob.isAtEnd) {
    return 'has a damaged public key';
  }
  return weakReason(name, parts as Buffer[]);
}

function weakReason(name: string, parts: readonly Buffer[]): string | undefined {
  if (name === 'ssh-dss') return 'has a DSA key, which OpenSSH refuses';
  const modulus = parts[1];
  // A leading zero byte keeps the number positive.
  const bytes = modulus?.[0] === 0 ? modulus.length - 1 : (modulus?.length ?? 0);
  if (name === 'ssh-rsa' && bytes < RSA_BYTES_MIN) return 'has an RSA key below 2048 bits';
  if (name === 'ssh-rsa' && bytes > RSA_BYTES_MAX) return 'has an RSA key above 16384 bits';
  if (Object.hasOwn(curves, name)) return curveReason(name, parts);
  const isEd25519 = name === 'ssh-ed25519' || name === 'sk-ssh-ed25519@openssh.com';
  return isEd25519 && parts[0]?.length !== ED25519_BYTES ? 'has a damaged public key' : undefined;
}

function curveReason(name: string, [curve, point]: readonly Buffer[]): string | undefined {
  const expected = curves[name];
  const isPoint = point?.length === expected?.pointBytes && point?.[0] === UNCOMPRESSED_POINT;
  const isSame = curve?.toString('latin1') === expected?.name;
  return isPoint && isSame ? undefined : 'has a damaged public key';
}
