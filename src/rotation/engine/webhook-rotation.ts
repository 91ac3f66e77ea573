import { holdsValues } from '../domain/holds-values.js';
import type { Strategy } from '../domain/rotation-spec.js';
import { RunStopped } from '../domain/run-stopped.js';
import { TargetFault } from '../domain/target-fault.js';
import type { RunStep } from '../domain/rotation-run.js';
import type { WebhookCall, WebhookStrategy, WebhookTarget } from '../domain/webhook-target.js';
import type { RotationTarget, TargetCall } from './rotation-target.js';

/** Receiver that changes the credential itself and is notified of each step. */
export class WebhookRotation implements RotationTarget {
  readonly #target: WebhookTarget;
  readonly #strategy: WebhookStrategy;

  constructor(target: WebhookTarget, strategy: Strategy) {
    this.#target = target;
    this.#strategy = strategy === 'singleUser' ? 'singleUser' : 'dual';
  }

  get hasOverlap(): boolean {
    return this.#strategy === 'dual';
  }

  choose(): undefined {
    return undefined;
  }

  async set(call: TargetCall): Promise<void> {
    const { strategies } = await this.#tell(call, 'create');
    if (strategies !== undefined && !strategies.includes(this.#strategy)) {
      throw new RunStopped('Unsupported', `the receiver does not offer ${this.#strategy}`);
    }
    await this.#tell(call, 'set', { values: call.values.pending });
  }

  async test(call: TargetCall): Promise<boolean> {
    await this.#tell(call, 'test', { values: call.values.pending });
    return true;
  }

  async finish(call: TargetCall): Promise<void> {
    await this.#tell(call, 'finish');
  }

  async retire(call: TargetCall): Promise<void> {
    if (this.hasOverlap) await this.#tell(call, 'retire', { ends: 'former' });
  }

  async undo(call: TargetCall): Promise<void> {
    const { current, values } = call;
    const isPublished = holdsValues(current, values.pending);
    // Consumers have it by now.
    if (!isPublished) await this.#tell(call, 'retire', { ends: 'pending' });
  }

  async #tell(
    { run, signal }: TargetCall,
    step: RunStep,
    more: Pick<WebhookCall, 'ends'> & Partial<Pick<WebhookCall, 'values'>> = {},
  ) {
    const { id: runId, namespace, name: secret, fromVersion, attempts } = run;
    const known = { runId, step, namespace, secret, fromVersion, attempt: attempts + 1 };
    const call = { ...known, strategy: this.#strategy, values: new Map(), ...more };
    const reply = await this.#target.call(call, signal);
    if (reply.status === 'ok') return { strategies: reply.strategies };
    if (reply.status === 'rejected') {
      throw new TargetFault(reply.reason, `the receiver rejects the step ${step}`);
    }
    throw new TargetFault('TargetFailed', `the receiver asks for another try of the step ${step}`);
  }
}
