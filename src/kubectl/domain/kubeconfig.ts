import { stringify } from 'yaml';
import { unavailable } from '../../core/errors/sallyport-error.js';

/** User as whom kubectl can call the gateway; the user's context has an equal name. */
export interface KubeconfigUser {
  readonly name: string;
  /** Path of the user's token file, as kubectl opens it. */
  readonly tokenFile: string;
}

export interface KubeconfigParts {
  /** URL of the gateway. */
  readonly gateway: string;
  /** PEM; the client's own authorities if absent. */
  readonly certificateAuthority?: string | undefined;
  /** The first user is the default if no context is named. */
  readonly users: readonly [KubeconfigUser, ...KubeconfigUser[]];
}

const CLUSTER = 'sallyport';
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * Returns the text of a kubeconfig for the gateway. It names token files and contains no token, and
 * of a PEM file only its certificates. Throws Unavailable if the file has none.
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
 * Returns YAML in which every text is quoted and plain ASCII. kubectl reads YAML 1.1: `yes` is no
 * text, U+0085 and U+2028 end lines, and other controls are not allowed.
 */
function quotedYaml(value: object): string {
  const text = stringify(value, {
    defaultStringType: 'QUOTE_DOUBLE',
    defaultKeyType: 'PLAIN',
    doubleQuotedAsJSON: true,
    lineWidth: 0,
  });
  // All of these are in quotes: everything else in the document is ASCII.
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
