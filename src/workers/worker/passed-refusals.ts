import type { AnonymousCaller } from '../../audit/domain/build-event.js';
import { type SallyportError, unavailable } from '../../core/errors/sallyport-error.js';
import type { AnonymousRecorder, RefusedNames } from '../../http/anonymous-refusals.js';
import { refusalOf, sentRefusal } from '../domain/sent-refusal.js';
import type { MainLink } from './main-link.js';

/**
 * Refusals without a credential, which the main process counts and records: their bounds hold for
 * all processes together.
 */
export class PassedRefusals implements AnonymousRecorder {
  readonly #link: Pick<MainLink, 'ask'>;

  constructor(link: Pick<MainLink, 'ask'>) {
    this.#link = link;
  }

  async record(
    caller: AnonymousCaller,
    error: SallyportError,
    names: RefusedNames,
  ): Promise<SallyportError> {
    try {
      const instead = await this.#link.ask('refused', { caller, names, error: sentRefusal(error) });
      return instead === undefined ? error : refusalOf(instead);
    } catch (failure) {
      return unavailable('the refusal cannot be recorded', { cause: failure });
    }
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }
}
