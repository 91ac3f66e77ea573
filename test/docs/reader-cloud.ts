import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { startKeyVault } from '../services/azure-key-vault.js';
import type { TokenTrust } from '../services/double-tokens.js';
import { startSecretManager } from '../services/gcp-secretmanager.js';
import { motoRegion, startMoto } from '../services/moto.js';
import { ensureMoto } from '../services/moto-program.js';

/** Secret of the sandbox with the authorities of a stand-in. */
export const cloudCaSecret = { namespace: 'clouds', name: 'cloud-ca' } as const;

const { namespace, name } = cloudCaSecret;
const CA_SECRET = `caSecret: { namespace: ${namespace}, name: ${name} }`;
const ACCOUNT = 'system:serviceaccount:pay:sallyport-sync';
/** Hosts of clouds in `sync.egress.allow`. */
const CLOUD_HOST =
  /\{ host: \S+\.(?:amazonaws|microsoftonline|googleapis|azure)\.(?:com|net), port: 443 \}/g;

/** What the sandbox of the reader publishes about its tokens. */
export interface TokenKeys {
  readonly issuer: string;
  readonly keys: JSONWebKeySet;
}

export interface ReaderCloudOptions {
  /** File for the authorities of the stand-in. */
  readonly caFile: string;
  readonly tokenKeys: () => Promise<TokenKeys>;
}

/** Stands for the cloud of a page, which tests do not connect to. */
export interface ReaderCloud {
  /** PEM. */
  readonly ca: string;
  /** Variables for the command of the vendor. */
  readonly environment: Readonly<Record<string, string>>;
  /** Folder with the command of the vendor. */
  readonly packages: string | undefined;
  /** Returns a file of the page with the addresses of the stand-in. */
  withAddresses(text: string): string;
  stop(): Promise<void>;
}

type Start = (options: ReaderCloudOptions) => Promise<ReaderCloud>;

const starts: Readonly<Record<string, Start>> = {
  'docs/sync-with-aws.md': startAws,
  'docs/sync-with-azure.md': startAzure,
  'docs/sync-with-google.md': startGoogle,
};

/** Starts what stands for the cloud of a page; undefined: the page has none. */
export async function startReaderCloud(
  page: string,
  options: ReaderCloudOptions,
): Promise<ReaderCloud | undefined> {
  return starts[page]?.(options);
}

async function startAws({ caFile }: ReaderCloudOptions): Promise<ReaderCloud> {
  const [moto, packages] = await Promise.all([startMoto(), ensureMoto()]);
  const { origin } = moto.url;
  return {
    ca: moto.server.ca,
    packages,
    environment: {
      AWS_ENDPOINT_URL: origin,
      AWS_CA_BUNDLE: caFile,
      AWS_ACCESS_KEY_ID: moto.admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: moto.admin.secretAccessKey,
      AWS_DEFAULT_REGION: motoRegion,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
    withAddresses: replacing([
      [/^( +)region: eu-central-1$/gm, `$&\n$1endpoint: ${origin}\n$1${CA_SECRET}`],
      [/webIdentity: \{/g, `webIdentity: { endpoint: '${origin}',`],
    ]),
    stop: () => moto.server.stop(),
  };
}

async function startAzure({ tokenKeys }: ReaderCloudOptions): Promise<ReaderCloud> {
  const resource = 'https://127.0.0.1';
  const azure = await startKeyVault({ resource, trusts: trustIn(tokenKeys) });
  const places = [
    `vaultUrl: ${azure.vault.url.origin}`,
    `authorityUrl: ${azure.authority.url.origin}`,
    `resource: ${resource}`,
    CA_SECRET,
  ];
  return {
    ca: [azure.vault.ca, azure.authority.ca].join('\n'),
    packages: undefined,
    environment: {},
    withAddresses: replacing([[/^( +)vaultUrl: \S+$/gm, linesWith(places)]]),
    stop: () => azure.stop(),
  };
}

async function startGoogle({ tokenKeys }: ReaderCloudOptions): Promise<ReaderCloud> {
  const gcp = await startSecretManager(trustIn(tokenKeys));
  const places = [
    `project: ${gcp.project}`,
    `url: ${gcp.store.url.origin}`,
    `stsUrl: ${gcp.sts.url.origin}`,
    `credentialsUrl: ${gcp.credentials.url.origin}`,
    'domain: 127.0.0.1',
    CA_SECRET,
  ];
  return {
    ca: [gcp.store.ca, gcp.sts.ca, gcp.credentials.ca].join('\n'),
    packages: undefined,
    environment: {},
    withAddresses: replacing([[/^( +)project: \S+$/gm, linesWith(places)]]),
    stop: () => gcp.stop(),
  };
}

/** Trusts tokens of the ServiceAccount of the page, which the sandbox has signed. */
function trustIn(tokenKeys: () => Promise<TokenKeys>): TokenTrust {
  return async (token, audience) => {
    const { issuer, keys } = await tokenKeys();
    const claims = { issuer, audience, subject: ACCOUNT, requiredClaims: ['exp', 'iat'] };
    return jwtVerify(token, createLocalJWKSet(keys), claims).then(
      () => true,
      () => false,
    );
  };
}

function linesWith(lines: readonly string[]): string {
  return lines.map((line) => `$1${line}`).join('\n');
}

function replacing(pairs: readonly (readonly [RegExp, string])[]) {
  const all = [...pairs, [CLOUD_HOST, '{ host: 127.0.0.1, addresses: [127.0.0.0/8] }'] as const];
  return (text: string) =>
    all.reduce((result, [pattern, by]) => result.replaceAll(pattern, by), text);
}
