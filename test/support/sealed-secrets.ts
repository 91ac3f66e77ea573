import {
  constants,
  createCipheriv,
  publicEncrypt,
  randomBytes,
  X509Certificate,
} from 'node:crypto';

export type Scope = 'strict' | 'namespace-wide' | 'cluster-wide';

/** What is sealed, and for whom. */
export interface Sealing {
  /** PEM. */
  readonly certificate: string;
  readonly namespace: string;
  readonly name: string;
  readonly scope?: Scope;
  readonly values: Readonly<Record<string, string | Buffer>>;
  readonly template?: object;
}

/** A manifest as `kubeseal` writes it, by the project's page about its cryptography. */
export function sealedSecret(sealing: Sealing) {
  const { certificate, namespace, name, scope = 'strict', values, template = {} } = sealing;
  const label = labelOf(sealing);
  const encryptedData = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, sealValue(certificate, label, value)]),
  );
  const isWide = scope !== 'strict';
  const annotations = isWide ? { [`sealedsecrets.bitnami.com/${scope}`]: 'true' } : undefined;
  return {
    apiVersion: 'bitnami.com/v1alpha1',
    kind: 'SealedSecret',
    metadata: { name, namespace, creationTimestamp: null, ...(annotations && { annotations }) },
    spec: { template: { metadata: { name, namespace, annotations }, ...template }, encryptedData },
  };
}

export function labelOf({ namespace, name, scope = 'strict' }: Omit<Sealing, 'values'>): string {
  if (scope === 'cluster-wide') return '';
  return scope === 'namespace-wide' ? namespace : `${namespace}/${name}`;
}

/** `size of AES encrypted key (2 bytes) || RSA encrypted data || AES encrypted data`, in base64. */
export function sealValue(certificate: string, label: string, value: string | Buffer): string {
  const sessionKey = randomBytes(32);
  const encryptedKey = publicEncrypt(
    {
      key: new X509Certificate(certificate).publicKey,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256',
      oaepLabel: Buffer.from(label),
    },
    sessionKey,
  );
  const size = Buffer.alloc(2);
  size.writeUInt16BE(encryptedKey.length);
  const cipher = createCipheriv('aes-256-gcm', sessionKey, Buffer.alloc(12));
  const encrypted = [cipher.update(value), cipher.final(), cipher.getAuthTag()];
  return Buffer.concat([size, encryptedKey, ...encrypted]).toString('base64');
}
