import type { AccessService } from '../../access/access.service.js';
import type { CallTrace } from '../../calls/domain/call-trace.js';
import type { CallContext } from '../../core/call-context.js';
import type { Page } from '../../core/page.js';
import type { SecretValue } from '../../core/secret-value.js';
import type { ListRequest, Listed } from '../list/list-page.js';
import type { Read } from '../read/secret-reads.js';
import type { AdmitValues, SelectedRead, Selection } from '../read/selected-read.js';
import type { DocumentPlace, FoundMember } from './documents/key-document.js';
import type { EntityTags } from './etag.js';
import type { ReadPreconditions } from './read-preconditions.js';
import type { Render } from './secret-history.js';
import type { SecretData, SecretRef, StoredSecret, StringMap } from './secret.js';

/** Version in a request, with the caller's conditions from headers. */
export interface PastRequest extends ReadPreconditions {
  /** A number or an alias, checked by its schema. */
  readonly version: string;
}

/** Content of a version that a restore writes to the cluster. */
export interface PastContent {
  readonly version: number;
  readonly type: string;
  readonly immutable: boolean;
  readonly labels: StringMap;
  /** All annotations, including those that are never returned. */
  readonly annotations: StringMap;
  readonly data: SecretData;
}

/** State to restore. */
export interface PastState {
  /** Everything that makes two requests for it equal. */
  readonly request: unknown;
  /** Whether the caller named the state to replace. */
  readonly isConditional: boolean;
  /** Checks rights before any lookup, and again before a replay. Throws Forbidden. */
  authorise(access: AccessService, ctx: CallContext): Promise<void>;
  /** Throws NotFound, Destroyed, Conflict, Invalid, Unavailable. */
  open(access: AccessService, ctx: CallContext, trace: CallTrace): Promise<PastContent>;
  /** Throws Conflict if the caller meant a state other than the current one. */
  requireCurrent(before: StoredSecret | undefined): Promise<void>;
}

/** Version to restore, and the caller's conditions on the state that it replaces. */
export interface RestoreRequest {
  /** A number or an alias. */
  readonly version: string;
  /** Also if a rotation has ended the credential in the version. */
  readonly allowRetired: boolean;
  readonly ifMatch?: EntityTags | undefined;
  /** Version of the live Secret, in the body. */
  readonly resourceVersion?: string | undefined;
}

/** Past Secrets: reads of versions, and of deleted Secrets. */
export abstract class PastSecrets {
  /** Reveals a whole version. */
  abstract reveal<T>(
    ctx: CallContext,
    ref: SecretRef,
    request: PastRequest,
    render: Render<T>,
  ): Promise<Read<T>>;
  /** Reveals one value of a version. */
  abstract key(
    ctx: CallContext,
    ref: SecretRef,
    key: string,
    request: PastRequest,
  ): Promise<Read<SecretValue>>;
  /** Returns a member of the document in a key of a version. */
  abstract member(
    ctx: CallContext,
    ref: SecretRef,
    place: DocumentPlace,
    request: PastRequest,
  ): Promise<Read<FoundMember>>;
  /** Returns what a query selects of a version. */
  abstract selected(
    ctx: CallContext,
    ref: SecretRef,
    version: string,
    selected: { readonly selection: Selection; readonly admit?: AdmitValues },
  ): Promise<SelectedRead>;
  /** Returns a version to restore: one object for each call. */
  abstract state(ref: SecretRef, request: RestoreRequest): PastState;
  /** Lists deleted Secrets of a namespace that have history, as their last versions were. */
  abstract deleted(
    ctx: CallContext,
    namespace: string,
    request: ListRequest,
  ): Promise<Page<Listed>>;
}
