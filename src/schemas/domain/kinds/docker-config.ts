import { SecretValue } from '../../../core/secret-value.js';
import { isRecord } from '../../../secrets/domain/body-members.js';
import { dockerConfigErrors } from '../../../secrets/domain/docker-config.js';
import type { Kind } from './kind.js';
import { parsedJson } from './parsed-json.js';

const NO_CREDENTIALS =
  'must have auth, username and password, or identitytoken in an entry of auths';

/** https://github.com/docker/cli/blob/master/cli/config/types/authconfig.go */
export const dockerConfigKind: Kind = {
  description: 'Credentials of registries, as in `.docker/config.json`.',
  bytesMax: 256 * 1_024,
  reasons: ({ bytes, text = '' }) => {
    const errors = dockerConfigErrors(SecretValue.fromBytes(bytes));
    if (errors.length > 0) return errors;
    return hasCredentials(parsedJson(text)) ? [] : [NO_CREDENTIALS];
  },
};

/** Reports whether a client finds credentials: an entry has them, or a program that it names. */
function hasCredentials(config: unknown): boolean {
  // Members that are there twice, and more than are read, do not say that there are none.
  if (!isRecord(config)) return true;
  const { auths, credsStore, credHelpers } = config;
  if (isText(credsStore) || (isRecord(credHelpers) && Object.values(credHelpers).some(isText))) {
    return true;
  }
  return Object.values(isRecord(auths) ? auths : {}).some((entry) => {
    const { auth, username, password, identitytoken, registrytoken } = isRecord(entry) ? entry : {};
    const isUser = isText(username) && isText(password);
    return isText(auth) || isUser || isText(identitytoken) || isText(registrytoken);
  });
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
