import { setTimeout as wait } from 'node:timers/promises';
import {
  type ImpersonatedRead,
  checkRights,
  type OwnRightAnswer,
  type RightsVerdict,
} from '../access/domain/check-rights.js';
import {
  actForCallers,
  type OwnRightQuestion,
  ownRightQuestions,
  type RightsSetup,
} from '../access/domain/gateway-right-questions.js';
import { CallGate } from '../access/domain/call-gate.js';
import type { ServedNamespaces } from '../access/domain/served-namespaces.js';
import { type StoredPolicy, TOKEN_SECRETS_POLICY } from '../access/domain/token-secrets-policy.js';
import { SallyportError, toSallyportError, unavailable } from '../core/errors/sallyport-error.js';
import { limits } from '../core/limits.js';
import { Principal } from '../core/principal.js';
import { PROBED_SECRET } from '../core/probed-secret.js';
import type { NamespaceDirectory } from '../namespaces/domain/namespace-directory.js';
import type { BrokerKubeClient } from './broker-kube.client.js';
import type { CallerKubeClient } from './caller-kube.client.js';
import { GatewayGrants } from './gateway-grants.js';
import type { KubeCall } from './kube-call.js';
import { recordOf } from './kube-json.js';
import type { AdmissionPolicyResource, SelfKubeClient } from './self-kube.client.js';

export interface RightsProbeDependencies {
  readonly setup: Omit<RightsSetup, 'namespaces'>;
  /** Whether requests are served with more rights than the profile has. */
  readonly allowsExcess?: boolean;
  readonly served: ServedNamespaces;
  readonly directory: NamespaceDirectory;
  /** Whether Secrets that are credentials of the cluster may be written, by choice. */
  readonly allowsClusterCredentials?: boolean;
  readonly self: Pick<
    SelfKubeClient,
    'reviewOwnAccess' | 'reviewOwnIdentity' | 'listRbac' | 'getRole' | 'getAdmissionPolicy'
  >;
  readonly caller: Pick<CallerKubeClient, 'send'>;
  readonly broker: Pick<BrokerKubeClient, 'send'>;
  /** Receives the first verdict and every verdict that differs from its predecessor. */
  readonly onVerdict?: (verdict: RightsVerdict) => void;
  /** Called once while the gateway's RBAC grants are unknown. */
  readonly onAlarm?: (sentence: string) => void;
  /** Called once when the API server leaves questions open. */
  readonly onFault?: (error: SallyportError) => void;
  /** Waits between two checks; ends with the signal. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** User expected in no rule of any cluster: a review shows that the gateway may impersonate. */
const NOBODY = 'sallyport-probe';
const TOO_MUCH = 'the gateway has more rights in the cluster than its profile';
const TOO_MANY = 'the gateway is bound to more roles in the cluster than it checks';
const UNTIL_THEN = 'and serves no requests until its operator takes them away';
const WITHOUT_VALUES = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

/**
 * Check of whether the gateway has exactly the rights of its profile. More rights are a fault too,
 * because a thief of its token would have them. Runs at start and periodically.
 */
export class RightsProbe extends CallGate {
  readonly #parts: RightsProbeDependencies;
  readonly #setup: RightsSetup;
  readonly #grants: GatewayGrants;
  readonly #stopping = new AbortController();
  readonly #first = Promise.withResolvers<void>();
  #running: Promise<void> | undefined;
  #verdict: RightsVerdict | undefined;
  /** Reason that the last check ended without a verdict. */
  #fault: SallyportError | undefined;

  constructor(parts: RightsProbeDependencies) {
    super();
    this.#parts = parts;
    this.#grants = new GatewayGrants(parts.self);
    const all = parts.setup.access === 'passthrough' ? [] : parts.served.names;
    this.#setup = { ...parts.setup, namespaces: all.slice(0, limits.probedNamespacesMax) };
  }

  /** Returns the verdict; undefined until the API server has answered for the first time. */
  get verdict(): RightsVerdict | undefined {
    return this.#verdict;
  }

  /** Returns why `check` fails, in sentences for operators. */
  get problems(): readonly string[] {
    if (this.#verdict === undefined) return [noVerdict(this.#fault)];
    const { excess, lacks } = this.#verdict;
    return this.#parts.allowsExcess ? lacks : [...excess, ...lacks];
  }

  /** Returns rights beyond the profile that do not stop requests, as a sentence for operators. */
  get warning(): string | undefined {
    const { excess = [], exposed = [] } = this.#verdict ?? {};
    const allowed = this.#parts.allowsExcess === true ? excess : [];
    const [first, ...others] = [...allowed, ...exposed];
    if (first === undefined) return undefined;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    const setting = allowed.length === 0 ? '' : 'kubernetes.allowExcessRights lets this pass: ';
    return `${setting}${first}${more}`;
  }

  /** Returns why no request is served: a fault would act with rights granted by mistake. */
  override get refusal(): SallyportError | undefined {
    if (this.#parts.allowsExcess) return undefined;
    if (this.#verdict === undefined) {
      return unavailable('the gateway does not know yet what it may do in the cluster', {
        retryAfterSeconds: limits.rightsProbeFailedMs / 1_000,
        internal: noVerdict(this.#fault),
      });
    }
    const { excess, unchecked } = this.#verdict;
    if (excess.length === 0) return undefined;
    return unavailable(`${unchecked === undefined ? TOO_MUCH : TOO_MANY} ${UNTIL_THEN}`, {
      retryAfterSeconds: limits.rightsProbeAgainMs / 1_000,
      // Callers of one namespace must not receive names of others.
      internal: unchecked ?? 'see /readyz?verbose on the health listener',
    });
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends after the first check, whatever its result, or after `msMax`. */
  async firstLook(msMax: number): Promise<void> {
    const waited = new AbortController();
    await Promise.race([this.#first.promise, pause(msMax, waited.signal)]);
    waited.abort();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** Checks readiness: waits for the first verdict; rejects if there is none, or a problem. */
  async check(): Promise<void> {
    await this.#first.promise;
    if (this.problems.length > 0) throw unavailable('the gateway is not set up to do this');
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#ask();
      this.#first.resolve();
      await (this.#parts.pause ?? pause)(this.#pauseMs(), signal);
    }
  }

  #pauseMs(): number {
    if (this.#fault !== undefined) return limits.rightsProbeFailedMs;
    return this.problems.length > 0 ? limits.rightsProbeAgainMs : limits.rightsProbeMs;
  }

  async #ask(): Promise<void> {
    try {
      const answers = await this.#answersTo(ownRightQuestions(this.#setup));
      const reads = await this.#reads(answers);
      const grants = await this.#grants.read(this.#stopping.signal);
      const policy = await this.#policy();
      this.#fault = undefined;
      this.#note(checkRights(this.#setup, answers, { reads, grants, policy }));
    } catch (error) {
      // The last verdict stays: another check reports an unreachable API server.
      const fault = toSallyportError(error);
      if (this.#fault === undefined && !this.#stopping.signal.aborted) this.#parts.onFault?.(fault);
      this.#fault = fault;
    }
  }

  #note(verdict: RightsVerdict): void {
    const isKnown = JSON.stringify(verdict) === JSON.stringify(this.#verdict);
    const { unchecked } = verdict;
    // Report once, because anyone who binds roles to the gateway may change their number
    // constantly.
    if (unchecked !== undefined && this.#verdict?.unchecked === undefined) {
      this.#parts.onAlarm?.(unchecked);
    }
    this.#verdict = verdict;
    if (!isKnown) this.#parts.onVerdict?.(verdict);
  }

  async #answersTo(questions: readonly OwnRightQuestion[]): Promise<readonly OwnRightAnswer[]> {
    const answers: OwnRightAnswer[] = [];
    for (let at = 0; at < questions.length; at += limits.rightsProbeQuestionsAtOnceMax) {
      const some = questions.slice(at, at + limits.rightsProbeQuestionsAtOnceMax);
      answers.push(...(await Promise.all(some.map((question) => this.#answerTo(question)))));
    }
    return answers;
  }

  async #answerTo(question: OwnRightQuestion): Promise<OwnRightAnswer> {
    const { signal } = this.#stopping;
    const review = await this.#parts.self.reviewOwnAccess(question.right, { signal });
    return { ...question, isAllowed: recordOf(review['status'])['allowed'] === true };
  }

  /** Answers to reviews are not enough: an older API server says yes and then refuses. */
  async #reads(answers: readonly OwnRightAnswer[]): Promise<readonly ImpersonatedRead[]> {
    if (this.#setup.access === 'passthrough') return [];
    const reads: ImpersonatedRead[] = [];
    const mayBecomeUsers = answers.some(
      ({ topic, isAllowed }) => isAllowed && (topic === 'becomeUsers' || topic === 'legacyUsers'),
    );
    const place = mayBecomeUsers ? await this.#place() : undefined;
    if (place !== undefined) reads.push(await this.#readAs('caller', place));
    for (const namespace of this.#setup.namespaces) {
      reads.push(await this.#readAs('broker', namespace));
    }
    return reads;
  }

  /** Returns the policy against stolen tokens; not needed without impersonation. */
  async #policy(): Promise<StoredPolicy | undefined> {
    if (this.#setup.access === 'passthrough') return undefined;
    if (this.#parts.allowsClusterCredentials === true) return undefined;
    const [policy, binding] = await Promise.all([
      this.#stored('validatingadmissionpolicies'),
      this.#stored('validatingadmissionpolicybindings'),
    ]);
    return { policy, binding };
  }

  /** Returns a stored object; undefined if there is none, or if the gateway may not see it. */
  async #stored(resource: AdmissionPolicyResource): Promise<StoredPolicy['policy']> {
    const { signal } = this.#stopping;
    try {
      return await this.#parts.self.getAdmissionPolicy(resource, TOKEN_SECRETS_POLICY, { signal });
    } catch (error) {
      if (!(error instanceof SallyportError)) throw error;
      if (error.code === 'NotFound' || error.isInstallationFault) return undefined;
      throw error;
    }
  }

  /** Returns a namespace of the profile; undefined until one that a pattern matches is bound. */
  async #place(): Promise<string | undefined> {
    const { served, directory } = this.#parts;
    const { namespaces, scope } = this.#setup;
    if (namespaces.length > 0) return namespaces[0];
    if (scope === 'cluster') return 'default';
    const found = await directory.list(() => undefined);
    const candidates = found.map(({ name }) => name).filter((name) => served.isServed(name));
    for (const name of candidates.slice(0, limits.probedNamespacesMax)) {
      const { isAllowed } = await this.#answerTo(actForCallers(name));
      if (isAllowed) return name;
    }
    return undefined;
  }

  async #readAs(as: 'caller' | 'broker', namespace: string): Promise<ImpersonatedRead> {
    const path = ['api', 'v1', 'namespaces', namespace, 'secrets', PROBED_SECRET];
    const { signal } = this.#stopping;
    const call: KubeCall = { method: 'GET', path, accept: WITHOUT_VALUES, effect: 'none', signal };
    const { caller, broker } = this.#parts;
    try {
      await (as === 'broker' ? broker.send(call) : caller.send(nobody(), call));
      return { as, namespace, outcome: 'works' };
    } catch (error) {
      if (!(error instanceof SallyportError)) throw error;
      return { as, namespace, outcome: this.#outcomeOf(error) };
    }
  }

  #outcomeOf(error: SallyportError): ImpersonatedRead['outcome'] {
    // The probing user has no rights, so a denial that names this user is the wanted result.
    if (error.code === 'NotFound' || error.code === 'Forbidden') return 'works';
    if (!error.isInstallationFault) throw error;
    const { gatewayNamespace, broker } = this.#setup;
    const name = `User "system:serviceaccount:${gatewayNamespace}:${broker}" cannot `;
    return error.internal?.includes(name) ? 'denied' : 'refused';
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(ms, undefined, { signal, ref: false }).catch(() => undefined);
}

function noVerdict(fault: SallyportError | undefined): string {
  const why = fault === undefined ? '' : `: ${fault.internal ?? fault.message}`;
  return `the API server has not told what the gateway may do${why}`;
}

function nobody(): Principal {
  return Principal.forUser({ username: NOBODY, kind: 'token', credentialId: 'probe' });
}
