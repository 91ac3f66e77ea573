import {
  answerJson,
  type HttpsPost,
  type HttpsReceiver,
  startHttpsReceiver,
} from '../integration/rotation/https-receiver.js';
import type { RotationWorld } from './rotation-world.js';

/** What a receiver answers to `set`: takes it, asks for it again and again, or will not do it. */
const answers = {
  ok: { status: 'ok' },
  stuck: { status: 'retry' },
  never: { status: 'rejected', reason: 'PasswordRejected' },
} as const;

export type Receiving = keyof typeof answers;

interface Step {
  readonly runId: string;
  readonly step: string;
}

/** A receiver that changes credentials for rotations; how it behaves, their specs say. */
export class RotationReceiver {
  readonly #receiver: HttpsReceiver;

  private constructor(receiver: HttpsReceiver) {
    this.#receiver = receiver;
  }

  /** With the Secrets in the namespace by which it is trusted and signed to. */
  static async start(world: RotationWorld): Promise<RotationReceiver> {
    const receiver = await startHttpsReceiver((post, response) => {
      const [, receiving] = post.path.split('/');
      const isAsked = stepOf(post).step === 'set';
      answerJson(response, answers[isAsked ? (receiving as Receiving) : 'ok']);
    });
    await world.seed('receiver-ca', { 'ca.crt': receiver.ca });
    await world.seed('receiver-key', { secret: 'a signing key of at least 24 bytes' });
    return new RotationReceiver(receiver);
  }

  /** A spec of the key `password`, whose old value works on for an hour. */
  spec(receiving: Receiving, more: object = {}): Readonly<Record<string, unknown>> {
    const webhook = {
      url: `https://127.0.0.1:${this.#receiver.port}/${receiving}`,
      tls: { caSecret: { name: 'receiver-ca', key: 'ca.crt' } },
      signingSecret: { name: 'receiver-key', key: 'secret' },
    };
    const generate = [{ key: 'password', password: { length: 32 } }];
    return { generate, target: { webhook }, consumers: { wait: false }, ...more };
  }

  /** Steps of a run that it was told, in their order. */
  stepsOf(runId: string): readonly string[] {
    const told = this.#receiver.posts.map(stepOf);
    return told.filter((one) => one.runId === runId).map(({ step }) => step);
  }

  stop(): Promise<void> {
    return this.#receiver.close();
  }
}

function stepOf({ body }: HttpsPost): Step {
  return JSON.parse(String(body)) as Step;
}
