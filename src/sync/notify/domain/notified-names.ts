import { syncLimits } from '../../../core/sync-limits.js';
import { isObject, objectMember, textMember } from './json-members.js';

/** Secret that a notification says has changed; nothing else of the notification is used. */
export interface NotifiedName {
  readonly name: string;
  /** Vault of Azure that has the secret, if the event names one. */
  readonly vault?: string | undefined;
}

const VALIDATION = 'Microsoft.EventGrid.SubscriptionValidationEvent';
const VALIDATION_CODE = /^[!-~]{1,256}$/;
/** https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html */
const SECRET_ARN =
  /^arn:aws[a-z-]{0,16}:secretsmanager:[a-z0-9-]+:\d{12}:secret:(.+)-[A-Za-z0-9]{6}$/;
/** https://cloud.google.com/secret-manager/docs/event-notifications */
const SECRET_OF_GOOGLE =
  /^projects\/[^/]{1,64}\/(?:locations\/[^/]{1,64}\/)?secrets\/([A-Za-z0-9_-]{1,255})$/;

/**
 * Returns the secrets that an event names; none for an event that is not understood. Events are a
 * list of names, and those of EventBridge, CloudTrail, Event Grid, CloudEvents and Pub/Sub.
 */
export function notifiedNames(event: unknown): readonly NotifiedName[] {
  const events = Array.isArray(event) ? (event as readonly unknown[]) : [event];
  const names = events.flatMap((one) => [
    ...plainNames(one),
    ...namesOfAws(one),
    ...namesOfAzure(one),
    ...namesOfGoogle(one),
  ]);
  return names.filter(({ name }) => {
    return name !== '' && name.length <= syncLimits.notifiedNameCharactersMax;
  });
}

/** Returns the code that Event Grid wants back; undefined if the event is no validation. */
export function validationCodeOf(event: unknown): string | undefined {
  const [first, ...others] = Array.isArray(event) ? (event as readonly unknown[]) : [];
  if (others.length > 0 || textMember(first, 'eventType') !== VALIDATION) return undefined;
  const code = textMember(objectMember(first, 'data'), 'validationCode') ?? '';
  return VALIDATION_CODE.test(code) ? code : undefined;
}

function plainNames(event: unknown): readonly NotifiedName[] {
  const names = isObject(event) && Object.hasOwn(event, 'names') ? event['names'] : undefined;
  if (!Array.isArray(names)) return [];
  return names.flatMap((name: unknown) => (typeof name === 'string' ? [{ name }] : []));
}

/** Names of EventBridge and of CloudTrail, which has the parameters of the call. */
function namesOfAws(event: unknown): readonly NotifiedName[] {
  const detail = objectMember(event, 'detail');
  const parameters = objectMember(detail, 'requestParameters');
  const name =
    textMember(detail, 'name') ??
    textMember(detail, 'secretId') ??
    textMember(parameters, 'secretId') ??
    textMember(parameters, 'name');
  if (name === undefined) return [];
  return [{ name: SECRET_ARN.exec(name)?.[1] ?? name }];
}

/** https://learn.microsoft.com/azure/event-grid/event-schema-key-vault */
function namesOfAzure(event: unknown): readonly NotifiedName[] {
  const data = objectMember(event, 'data');
  const name = textMember(data, 'ObjectName') ?? textMember(data, 'objectName');
  const vault = textMember(data, 'VaultName') ?? textMember(data, 'vaultName');
  return name === undefined || vault === undefined ? [] : [{ name, vault }];
}

function namesOfGoogle(event: unknown): readonly NotifiedName[] {
  const attributes = objectMember(objectMember(event, 'message'), 'attributes');
  const [, name] = SECRET_OF_GOOGLE.exec(textMember(attributes, 'secretId') ?? '') ?? [];
  return name === undefined ? [] : [{ name }];
}
