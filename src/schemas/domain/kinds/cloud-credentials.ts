import { isRecord } from '../../../secrets/domain/body-members.js';
import { jsonMistake } from './json-mistake.js';
import { type Kind, lineEndReasons, ofText } from './kind.js';
import { parsedJson } from './parsed-json.js';
import { privateKeyIn } from './private-keys.js';
import { weakKeyReason } from './weak-keys.js';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
export const awsAccessKeyIdKind: Kind = {
  description: 'AWS access key ID: AKIA or ASIA and 16 letters and digits.',
  bytesMax: 256,
  reasons: ofText((text) => {
    const end = lineEndReasons(text);
    if (end.length > 0) return end;
    if (/^A[A-Z]{2}A[A-Z0-9]{12,}$/.test(text) && !/^(?:AKIA|ASIA)/.test(text)) {
      return ['is an ID of something else than an access key'];
    }
    return /^(?:AKIA|ASIA)[A-Z0-9]{16}$/.test(text)
      ? []
      : ['must be AKIA or ASIA and 16 capital letters and digits'];
  }),
};

export const awsSecretAccessKeyKind: Kind = {
  description: 'AWS secret access key: 40 characters of base64.',
  bytesMax: 256,
  reasons: ofText((text) => {
    const end = lineEndReasons(text);
    if (end.length > 0) return end;
    return /^[A-Za-z0-9+/]{40}$/.test(text) ? [] : ['must be 40 characters of base64'];
  }),
};

/** https://cloud.google.com/iam/docs/keys-create-delete */
export const gcpServiceAccountKind: Kind = {
  description: 'Key of a Google Cloud service account, as JSON.',
  bytesMax: 64 * 1_024,
  reasons: ofText((text) => {
    const account = parsedJson(text);
    if (!isRecord(account)) return [noObject(account, text)];
    if (account['type'] !== 'service_account') return ['must have type service_account'];
    const wrong = Object.entries(accountRules).filter(([name, pattern]) => {
      const value = account[name];
      return typeof value !== 'string' || !pattern.test(value);
    });
    return [
      ...wrong.map(([name]) => memberReason(name, account[name])),
      ...accountKeyReasons(account['private_key']),
    ];
  }),
};

function noObject(parsed: unknown, text: string): string {
  return `must be a JSON object${parsed === undefined ? jsonMistake(text) : ''}`;
}

/** Returns whether a member is missing or wrong. */
function memberReason(name: string, value: unknown): string {
  return value === undefined ? `lacks ${name}` : `must have a valid ${name}`;
}

const accountRules: Readonly<Record<string, RegExp>> = {
  project_id: /^(?:[a-z0-9.-]{1,100}:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/,
  private_key_id: /^[0-9a-f]{40}$/,
  client_email: /^[a-z0-9-]+@(?:[a-z0-9.-]+\.)?(?:gserviceaccount|appspot)\.com$/,
  client_id: /^\d{1,30}$/,
  token_uri: /^https:\/\/[^\s/]+\/\S*$/,
};

function accountKeyReasons(key: unknown): readonly string[] {
  if (key === undefined) return ['lacks private_key'];
  const found = typeof key === 'string' ? privateKeyIn(key) : 'none';
  if (typeof found === 'string') return ['must have a PEM private key in private_key'];
  const weak = weakKeyReason(found);
  return weak === undefined ? [] : [`must not have ${weak} in private_key`];
}

const base64Key = /^[A-Za-z0-9+/]{22,}={0,2}$/;
const guid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Names of an Azure connection string with the rule of each value. All of a set must be there. */
const azureSets: readonly (readonly [string, Readonly<Record<string, RegExp>>])[] = [
  // The emulator takes any key.
  ['UseDevelopmentEmulator', { UseDevelopmentEmulator: /^true$/, Endpoint: /^sb:\/\/./ }],
  // Accounts of Cosmos DB have hyphens and longer names.
  ['AccountKey', { AccountName: /^[a-z0-9-]{3,50}$/, AccountKey: base64Key }],
  ['AccountEndpoint', { AccountEndpoint: /^https:\/\/\S+$/, AccountKey: base64Key }],
  ['SharedAccessSignature', { SharedAccessSignature: /(?:^|[&\s])sig=/ }],
  ['DeviceId', { HostName: /./, DeviceId: /./, SharedAccessKey: base64Key }],
  ['SharedAccessKey', { SharedAccessKeyName: /./, SharedAccessKey: base64Key }],
  ['AccessKey', { Endpoint: /^https?:\/\/\S+$/, AccessKey: base64Key }],
  ['InstrumentationKey', { InstrumentationKey: guid }],
  ['Secret', { Endpoint: /^https:\/\/\S+$/, Id: /./, Secret: base64Key }],
  ['UseDevelopmentStorage', { UseDevelopmentStorage: /^true$/ }],
];
const PAIRS_MAX = 50;

/** https://learn.microsoft.com/en-us/azure/storage/common/storage-configure-connection-string */
export const azureConnectionStringKind: Kind = {
  description: 'Connection string of Azure Storage, Service Bus, Cosmos DB and others.',
  bytesMax: 16 * 1_024,
  reasons: ofText((text) => {
    if (/[\r\n]/.test(text)) return ['must not have a line end'];
    const pairs = text.replace(/;$/, '').split(';');
    if (pairs.length > PAIRS_MAX || !pairs.every((pair) => /^[A-Za-z]\w*=/.test(pair.trim()))) {
      return ['must be name=value with semicolons between'];
    }
    // Readers compare names without their case.
    const values = new Map(pairs.map((pair) => splitPair(pair.trim())));
    if (values.size < pairs.length) return ['must not have a name twice'];
    return azureReasons(values);
  }),
};

function azureReasons(values: ReadonlyMap<string, string>): readonly string[] {
  const valueOf = (name: string): string | undefined => values.get(name.toLowerCase());
  const has = (name: string): boolean => valueOf(name) !== undefined;
  const candidates = azureSets.filter(([name]) => has(name));
  const set = candidates.find(([, rules]) => Object.keys(rules).every(has));
  const chosen = set ?? candidates[0];
  if (chosen === undefined) return ['must have a key, a signature or a secret'];
  const wrong = Object.entries(chosen[1]).filter(([name, rule]) => !rule.test(valueOf(name) ?? ''));
  const reasons = wrong.map(([name]) => memberReason(name, valueOf(name)));
  const isBus = has('SharedAccessKey');
  const hasPlace = has('HostName') || /^(?:sb|https):\/\/./.test(valueOf('Endpoint') ?? '');
  return isBus && !hasPlace ? [...reasons, 'must have an Endpoint or a HostName'] : reasons;
}

function splitPair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  return [pair.slice(0, equals).toLowerCase(), pair.slice(equals + 1)];
}

/** https://developers.google.com/api-client-library/dotnet/guide/aaa_client_secrets */
export const oauthClientKind: Kind = {
  description: 'OAuth client as JSON: client_id, client_secret and endpoints.',
  bytesMax: 64 * 1_024,
  reasons: ofText((text) => {
    const document = parsedJson(text);
    if (!isRecord(document)) return [noObject(document, text)];
    const client = document['web'] ?? document['installed'] ?? document;
    if (!isRecord(client)) return ['must have an object in web or installed'];
    return [
      ...['client_id', 'client_secret'].flatMap((name) => textReasons(client[name], name)),
      ...Object.entries(client).flatMap(([name, value]) => endpointReasons(name, value)),
    ];
  }),
};

function textReasons(value: unknown, name: string): readonly string[] {
  if (value === undefined) return [`lacks ${name}`];
  const isText = typeof value === 'string' && /^[\x20-\x7e]+$/.test(value);
  // RFC 6749, appendix A: visible ASCII characters and spaces.
  return isText ? [] : [`must have a text of ASCII characters in ${name}`];
}

const endpoints = ['auth_uri', 'token_uri', 'authorization_endpoint', 'token_endpoint', 'issuer'];

function endpointReasons(name: string, value: unknown): readonly string[] {
  if (name === 'redirect_uris') {
    const isList = Array.isArray(value) && value.length > 0 && value.every(isAbsolute);
    return isList ? [] : ['must have a list of absolute URIs in redirect_uris'];
  }
  if (!endpoints.includes(name)) return [];
  return isAbsolute(value) ? [] : [`must have an absolute URI in ${name}`];
}

// RFC 6749, section 3.1.2: without a fragment.
function isAbsolute(value: unknown): boolean {
  return typeof value === 'string' && /^[a-z][a-z0-9+.-]*:[^\s#]+$/i.test(value);
}
