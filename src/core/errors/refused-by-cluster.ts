import type { RawAnswer } from '../forwarding.js';
import { SallyportError } from './sallyport-error.js';

/**
 * A refusal of the API server about a call of this very caller, with its own words: the façade
 * answers with these; the trail and every other door see the error.
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
