import type { CallContext } from '../../core/call-context.js';
import { cutText } from './bounded.js';

/** Texts that a request contains about itself, as far as they are recorded. */
export interface CallerTexts {
  readonly requestURI: string;
  readonly userAgent: string | undefined;
  /** Whether either text was longer. */
  readonly isCut: boolean;
}

const URI_BYTES_MAX = 1_024;
const USER_AGENT_BYTES_MAX = 256;

/** Cuts texts that a client may make as long as a request's head. */
export function callerTexts(caller: Pick<CallContext, 'requestUri' | 'userAgent'>): CallerTexts {
  const uri = cutText(withoutQuery(caller.requestUri), URI_BYTES_MAX);
  const agent =
    caller.userAgent === undefined ? undefined : cutText(caller.userAgent, USER_AGENT_BYTES_MAX);
  const isCut = uri.isCut || agent?.isCut === true;
  return { requestURI: uri.text, userAgent: agent?.text, isCut };
}

/** Removes the query string, which may contain data that does not belong there. */
function withoutQuery(requestUri: string): string {
  const end = requestUri.search(/[?#]/);
  return end === -1 ? requestUri : requestUri.slice(0, end);
}
