import { syncLimits } from '../../core/sync-limits.js';

const SECRET = /^[A-Za-z0-9/_+=.@-]{1,512}$/;
/** Looks like the end that AWS gives to ARNs: a partial ARN could be that of another secret. */
const LOOKS_LIKE_ARN = /-[A-Za-z0-9]{6}$/;
const PARAMETER = /^[A-Za-z0-9_.-]+$/;

/**
 * Returns why AWS Secrets Manager does not take a name; undefined: it does.
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
 */
export function secretNameReason(name: string): string | undefined {
  if (!SECRET.test(name)) return 'the name has characters other than letters, digits and /_+=.@-';
  return LOOKS_LIKE_ARN.test(name) ? 'the name ends in - and 6 characters' : undefined;
}

/**
 * Returns why AWS' Parameter Store does not take a name; undefined: it does.
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-parameter-name-constraints.html
 */
export function parameterNameReason(name: string): string | undefined {
  const levels = name.split('/');
  const { parameterLevelsMax } = syncLimits;
  if (levels.length > parameterLevelsMax)
    return `the name has more than ${parameterLevelsMax} levels`;
  if (!levels.every((level) => PARAMETER.test(level))) {
    return 'the name has levels of characters other than letters, digits and _.-';
  }
  return /^(aws|ssm)/i.test(name) ? 'the name begins with aws or ssm' : undefined;
}
