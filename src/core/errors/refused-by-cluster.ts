import type { RawAnswer } from '../forwarding.js';
import { SallyportError } from './sallyport-error.js';

/**
 * Refusal by the API server of a call made as the caller, in the API server's own words. The façade
 * responds with these words; the audit trail and all other transports see the error.
 */
export class RefusedByCluster extends SallyportError {
  readonly answer: RawAnswer;

  constructor(error: SallyportError, answer: RawAnswer) {
    const { errors, headers, members, internal, isInstallationFault } = error;
    super(error.code, error.message, {
      status: error.status,
      errors,
      headers,
      members,
      isInstallationFault,
      cause: error,
      ...(internal === undefined ? {} : { internal }),
    });
    this.answer = answer;
  }
}
