import type { AccessService } from '../../access/access.service.js';
import type { CallDraft } from '../../calls/call-draft.js';
import type { CallContext } from '../../core/call-context.js';
import type { Page } from '../../core/page.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { ListRequest, Listed } from '../list/list-page.js';
import type { Read } from '../read/secret-reads.js';
import type { AdmitValues, SelectedRead, Selection } from '../read/selected-read.js';
import type { EntityTags } from './etag.js';
import type { ReadPreconditions } from './read-preconditions.js';
import type { Render } from './secret-history.js';
import type { SecretData, SecretRef, StoredSecret, StringMap } from './secret.js';

/** A version, as a request names it, and what the caller says of it in headers. */
export interface PastRequest extends ReadPreconditions {
  /** A number or an alias, checked by its schema. */
  readonly version: string;
}

/** What a version holds that goes back to the cluster. */
export interface PastContent {
  readonly version: number;
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: StringMap;
  /** All of them, also those that are never shown. */
  readonly annotations: StringMap;
  readonly data: SecretData;
}

/** One state that somebody wants back. */
export interface PastState {
  /** All that makes two requests for it the same. */
  readonly request: unknown;
  /** Whether the caller named the state that he means to replace. */
  readonly isConditional: boolean;
  /** Before anything is looked up, and once more before a replay. Throws Forbidden. */
  authorise(access: AccessService, ctx: CallContext): Promise<void>;
  /** Throws NotFound, Destroyed, Conflict, Invalid, Unavailable. */
  open(access: AccessService, ctx: CallContext, draft: CallDraft): Promise<PastContent>;
  /** Throws Conflict where the caller meant another state than the one that is there. */
  requireCurrent(before: StoredSecret | undefined): Promise<void>;
}

/** Which version, and what the caller says about the state that it takes the place of. */
export interface RestoreRequest {
  /** A number or an alias. */
  readonly version: string;
  /** Also where a rotation has ended the credential that it holds. */
  readonly allowRetired: boolean;
  readonly ifMatch?: EntityTags | undefined;
  /** Of the live Secret, in the body. */
  readonly resourceVersion?: string | undefined;
}

/** Secrets as they were: reads of versions, and of Secrets that are gone. */
export abstract class PastSecrets {
  /** The whole of a version. */
  abstract reveal<T>(
    ctx: CallContext,
    ref: SecretRef,
    request: PastRequest,
    render: Render<T>,
  ): Promise<Read<T>>;
  /** One value of a version. */
  abstract key(
    ctx: CallContext,
    ref: SecretRef,
    key: string,
    request: PastRequest,
  ): Promise<Read<SecretValue>>;
  /** What a query selects of a version. */
  abstract selected(
    ctx: CallContext,
    ref: SecretRef,
    version: string,
    selected: { readonly selection: Selection; readonly admit?: AdmitValues },
  ): Promise<SelectedRead>;
  /** A version that somebody wants back: one for each call. */
  abstract state(ref: SecretRef, request: RestoreRequest): PastState;
  /** Secrets of a namespace with history and no live object, as their last versions were. */
  abstract deleted(
    ctx: CallContext,
    namespace: string,
    request: ListRequest,
  ): Promise<Page<Listed>>;
}
