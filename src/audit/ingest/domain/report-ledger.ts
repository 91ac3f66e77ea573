import type { KubernetesAuditEvent } from '../../domain/kubernetes-event.js';
import { type GatewayIdentity, isOfGateway, isReportOf, type OwnCall } from './is-report-of.js';
import { isOwnProbe } from './own-probe.js';
import { reportEvent, reportText } from './report-event.js';
import type { ReportedEvent } from './reported-event.js';

/** The call did not pass through the gateway, as far as the gateway's own events show. */
export const BYPASSED_MARK = 'bypassed';
/** The call has the id of a gateway call, but is not that call. */
export const REUSED_ID_MARK = 'audit-id-reused';
/** Made with the gateway's own credentials, but no event of ours explains it. */
export const GATEWAY_ACCOUNT_MARK = 'gateway-account';

/** Stored facts about one audit id. */
export interface KnownId {
  /** Our events that list it among the ids of their upstream calls. */
  readonly calls: readonly OwnCall[];
  /** An event of ours has the id, and its caller got a response with it. */
  readonly isAnswered: boolean;
  /** Reports of the cluster with this id. */
  readonly reports: readonly StoredReport[];
}

export interface StoredReport {
  readonly callIndex: number;
  readonly isJoined: boolean;
  readonly event: KubernetesAuditEvent;
}

export type Verdict =
  /** Delivered before, or irrelevant. */
  | { readonly kind: 'known' | 'own probe' }
  /** Our own event may still be on its way. */
  | { readonly kind: 'early' }
  /** Its beginning is not stored yet, but about to be. */
  | { readonly kind: 'after its start' }
  | {
      readonly kind: 'joined';
      readonly callIndex: number;
      readonly event: KubernetesAuditEvent;
    }
  | { readonly kind: 'single'; readonly event: KubernetesAuditEvent };

const nothing: KnownId = { calls: [], isAnswered: false, reports: [] };

/**
 * Classifier of reports, one by one, given stored data and earlier reports. A call is listed once,
 * and no id hides another call.
 */
export class ReportLedger {
  readonly #gateway: GatewayIdentity;
  readonly #known: ReadonlyMap<string, KnownId>;
  /** Texts of reports that are stored, or will be. */
  readonly #texts = new Set<string>();
  /** Ids and stages that have been joined. */
  readonly #joined = new Set<string>();
  /** The request that used an id of ours: each id is for one request. */
  readonly #requests = new Map<string, string>();
  readonly #starts = new Map<string, number | 'pending'>();

  constructor(gateway: GatewayIdentity, known: ReadonlyMap<string, KnownId>) {
    this.#gateway = gateway;
    this.#known = known;
    for (const about of known.values())
      for (const report of about.reports) this.#note(report, about);
  }

  /** Classifies a report; `mayWait`: whether there is time left for our own event to arrive. */
  judge(report: ReportedEvent, mayWait: boolean): Verdict {
    if (isOwnProbe(report, this.#gateway)) return { kind: 'own probe' };
    // Also the text: marks are not the cluster's words.
    const plain = reportEvent(report, []);
    const text = reportText(plain);
    if (this.#texts.has(text)) return { kind: 'known' };
    const callIndex = this.#joinable(report, plain);
    if (callIndex !== undefined) {
      this.#texts.add(text);
      this.#joins(plain);
      return { kind: 'joined', callIndex, event: plain };
    }
    const start = this.#startOf(plain);
    if (start === 'pending') return { kind: 'after its start' };
    if (mayWait && start === undefined && this.#mayBeEarly(report, plain)) return { kind: 'early' };
    this.#texts.add(text);
    if (start !== undefined) return { kind: 'joined', callIndex: start, event: plain };
    if (plain.stage === 'ResponseStarted') this.#starts.set(requestOf(plain), 'pending');
    return { kind: 'single', event: reportEvent(report, this.#marks(report, plain)) };
  }

  #note({ event, isJoined, callIndex }: StoredReport, { calls }: KnownId): void {
    this.#texts.add(reportText(event));
    // An end of a reported beginning is joined too, but to no call of ours.
    if (calls.some((call) => call.callIndex === callIndex)) this.#joins(event);
    if (!isJoined && event.stage === 'ResponseStarted') {
      this.#starts.set(requestOf(event), callIndex);
    }
  }

  #joins(event: KubernetesAuditEvent): void {
    this.#joined.add(stageOf(event));
    this.#requests.set(event.auditID, requestOf(event));
  }

  /** Returns our call of the report: an id is for one request, with one report of a stage. */
  #joinable(report: ReportedEvent, event: KubernetesAuditEvent): number | undefined {
    if (this.#joined.has(stageOf(event))) return undefined;
    const request = this.#requests.get(event.auditID);
    if (request !== undefined && request !== requestOf(event)) return undefined;
    const call = this.#about(event).calls.find((one) => isReportOf(report, one, this.#gateway));
    return call?.callIndex;
  }

  /** Returns the report that began the request, as watches and refused credentials have. */
  #startOf(event: KubernetesAuditEvent): number | 'pending' | undefined {
    return event.stage === 'ResponseStarted' ? undefined : this.#starts.get(requestOf(event));
  }

  #mayBeEarly(report: ReportedEvent, event: KubernetesAuditEvent): boolean {
    return isOfGateway(report, this.#gateway) && !this.#isOurs(event);
  }

  #marks(report: ReportedEvent, event: KubernetesAuditEvent): readonly string[] {
    const isOwnAccount =
      this.#gateway.access === 'impersonate' && isOfGateway(report, this.#gateway);
    return [
      BYPASSED_MARK,
      ...(this.#isOurs(event) ? [REUSED_ID_MARK] : []),
      ...(isOwnAccount ? [GATEWAY_ACCOUNT_MARK] : []),
    ];
  }

  #isOurs(event: KubernetesAuditEvent): boolean {
    const { calls, isAnswered } = this.#about(event);
    return isAnswered || calls.length > 0;
  }

  #about(event: KubernetesAuditEvent): KnownId {
    return this.#known.get(event.auditID) ?? nothing;
  }
}

function stageOf({ auditID, stage }: KubernetesAuditEvent): string {
  return JSON.stringify([auditID, stage]);
}

/** Identifies a request: no two requests of a user share all of this, to the microsecond. */
function requestOf(event: KubernetesAuditEvent): string {
  const { auditID, requestReceivedTimestamp, user, verb, requestURI } = event;
  return JSON.stringify([auditID, requestReceivedTimestamp, user.username, verb, requestURI]);
}
