import type { Decision } from '../access/access.service.js';
import { ANY_NAME } from '../access/domain/any-name.js';
import { isForeignAllow } from '../access/domain/decision-lifetime.js';
import { evaluateReview } from '../access/domain/evaluate-review.js';
import { SallyportError, unavailable } from '../core/errors/sallyport-error.js';
import type { SelfKubeClient } from '../kubernetes/self-kube.client.js';
import type { ServiceAccountDirectory } from '../tokens/domain/service-account-directory.js';
import { AuthorRights, type NeededRight } from './domain/author-rights.js';
import type { KnownAuthor, StampingSince } from './domain/author.js';
import { stampingPolicyOf, stampingSince } from './domain/stamping.js';

type Client = Pick<SelfKubeClient, 'getAdmissionPolicy' | 'reviewAccess'>;

/** Cluster's facts about authors, queried with the gateway's own account and never cached. */
export class KubeAuthorRights extends AuthorRights {
  readonly #self: Client;
  readonly #accounts: ServiceAccountDirectory;
  /** Whether the sandbox is in use, which stamps by itself. */
  readonly #isSandbox: boolean;

  constructor(
    self: Client,
    {
      accounts,
      isSandbox,
    }: { readonly accounts: ServiceAccountDirectory; readonly isSandbox: boolean },
  ) {
    super();
    this.#self = self;
    this.#accounts = accounts;
    this.#isSandbox = isSandbox;
  }

  override async stampingSince(resource: string): Promise<StampingSince> {
    if (this.#isSandbox) return 0;
    const name = stampingPolicyOf(resource);
    try {
      const [policy, binding] = await Promise.all([
        this.#self.getAdmissionPolicy('mutatingadmissionpolicies', name),
        this.#self.getAdmissionPolicy('mutatingadmissionpolicybindings', name),
      ]);
      return stampingSince(policy, binding, resource);
    } catch (error) {
      // It does not exist, is unknown to this version, or is not visible to the gateway.
      const code = error instanceof SallyportError ? error.code : undefined;
      if (code === 'NotFound' || code === 'Forbidden') return undefined;
      if (error instanceof SallyportError && error.isInstallationFault) return undefined;
      throw error;
    }
  }

  override uidOf(account: { readonly namespace: string; readonly name: string }) {
    return this.#accounts.uidOf(account);
  }

  override async isAllowed(
    author: KnownAuthor,
    namespace: string,
    right: NeededRight,
  ): Promise<boolean> {
    return (await this.#decide(author, namespace, right)).allowed;
  }

  override async isAllowedForAll(
    author: KnownAuthor,
    namespace: string,
    right: Omit<NeededRight, 'name'>,
  ): Promise<boolean> {
    const decision = await this.#decide(author, namespace, { ...right, name: ANY_NAME });
    return decision.allowed && !isForeignAllow(decision);
  }

  async #decide(
    { username: user, uid, groups, extra }: KnownAuthor,
    namespace: string,
    { verb, group, resource, subresource, name }: NeededRight,
  ): Promise<Decision> {
    const attributes = {
      ...{ verb, group, resource, namespace },
      ...(subresource !== undefined && { subresource }),
      ...(name !== '' && { name }),
    };
    const review = await this.#self.reviewAccess({
      user,
      groups,
      extra,
      resourceAttributes: attributes,
      ...(uid !== '' && { uid }),
    });
    const decision = evaluateReview(review);
    if (decision !== undefined) return decision;
    throw unavailable('the cluster could not decide');
  }
}
