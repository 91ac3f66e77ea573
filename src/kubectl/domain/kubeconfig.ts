import { stringify } from 'yaml';
import { unavailable } from '../../core/errors/sallyport-error.js';

/** Somebody as whom kubectl can call the gateway; his context has the same name. */
export interface KubeconfigUser {
  readonly name: string;
  /** Path of the file with his token, as kubectl is to open it. */
  readonly tokenFile: string;
}

export interface KubeconfigParts {
  /** URL of the gateway. */
  readonly gateway: string;
  /** PEM; the client's own authorities if absent. */
  readonly certificateAuthority?: string | undefined;
  /** The first one is who is meant where nobody names a context. */
  readonly users: readonly [KubeconfigUser, ...KubeconfigUser[]];
}

const CLUSTER = 'sallyport';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Text of a kubeconfig for the gateway. It names files of tokens and holds none, and of a PEM file
 * nothing but its certificates; throws Unavailable where it has none.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
 */
export function kubeconfigText({ gateway, certificateAuthority, users }: KubeconfigParts): string {
  const [{ name: current }] = users;
  return quotedYaml({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: CLUSTER,
        cluster: {
          server: `${gateway.replace(/\/+$/, '')}/kubernetes`,
          ...(certificateAuthority !== undefined && {
            'certificate-authority-data': encodedCertificates(certificateAuthority),
          }),
        },
      },
    ],
    users: users.map(({ name, tokenFile }) => ({ name, user: { tokenFile } })),
    contexts: users.map(({ name }) => ({ name, context: { cluster: CLUSTER, user: name } })),
    'current-context': current,
  });
}

/**
 * YAML in which every text is quoted and plain ASCII. kubectl reads YAML 1.1, where `yes` is no
 * text, U+0085 and U+2028 end lines, and other controls may not stand at all.
 */
function quotedYaml(value: object): string {
  const text = stringify(value, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    doubleQuotedAsJSON: true,
    lineWidth: 0,
  });
  // All of these stand in quotes: nothing else of the document is anything but ASCII.
  return text.replaceAll(/[^\n\u0020-\u007e]/gu, escaped);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `\\U${code.toString(16).padStart(8, '0')}`;
}

function encodedCertificates(pem: string): string {
  const certificates = pem.match(CERTIFICATE);
  if (certificates === null) {
    throw unavailable('the certificate authority for kubeconfigs holds no certificate');
  }
  return Buffer.from(`${certificates.join('\n')}\n`, 'utf8').toString('base64');
}
