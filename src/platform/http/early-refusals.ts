import type { SallyportError } from '../../core/errors/sallyport-error.js';
import type { RefusalRecorder } from './refusal-recorder.js';

type Recorder = Pick<RefusalRecorder, 'recorded' | 'recordedAnonymously'>;

/**
 * Recorder of refusals that no hook sees. The HTTP server is created before the audit trail is
 * open, and listens afterwards: until it is connected, nothing can be refused.
 */
export class EarlyRefusals implements Recorder {
  #recorder: Recorder | undefined;

  connect(recorder: Recorder): void {
    this.#recorder = recorder;
  }

  recorded(...args: Parameters<Recorder['recorded']>): Promise<SallyportError> {
    return this.#recorder?.recorded(...args) ?? Promise.resolve(args[1]);
  }

  recordedAnonymously(
    ...args: Parameters<Recorder['recordedAnonymously']>
  ): Promise<SallyportError> {
    return this.#recorder?.recordedAnonymously(...args) ?? Promise.resolve(args[1]);
  }
}
