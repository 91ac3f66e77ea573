import { readFileSync } from 'node:fs';
import type { JwtAuthenticatorConfig } from '../platform/config/config.schema.js';
import type { Clock } from '../core/clock.js';
import { limits } from '../core/limits.js';
import type { CompiledAuthenticator } from './domain/compile-authenticator.js';
import { keysUrlProblem } from './domain/issuer-url.js';
import { JwksSource } from './jwks-source.js';
import { fetchIssuerKeys, type KeysPlace } from './oidc-discovery.js';
import { OidcVerifier, type TrustedIssuer } from './oidc.verifier.js';
import {
  AuthenticationConfigError,
  compileAuthenticationText,
  compileAuthenticators,
  readAuthenticationText,
} from './read-authentication-file.js';

const OWN = 'in auth';

export interface OidcSettings {
  /** Entries of the gateway's own settings. */
  readonly jwt: readonly JwtAuthenticatorConfig[];
  /** An AuthenticationConfiguration of Kubernetes. */
  readonly configFile?: string | undefined;
}

export interface OidcObserver {
  alarm(message: string): void;
  /** Reports a changed file: loaded, or refused for a reason; then the previous one stays. */
  reloaded(refusal: string | undefined): void;
}

/** Trusted issuers, from the settings and from the file, which may change. */
export class OidcIssuers {
  readonly verifier: OidcVerifier;
  readonly #own: readonly TrustedIssuer[];
  readonly #file: string | undefined;
  readonly #clock: Clock;
  readonly #observer: OidcObserver;
  #sources = new Map<string, JwksSource>();
  #text: string | undefined;
  #refusal: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(settings: OidcSettings, clock: Clock, observer: OidcObserver) {
    this.#file = settings.configFile;
    this.#clock = clock;
    this.verifier = new OidcVerifier(clock);
    this.#observer = observer;
    this.#own = ownIssuers(settings.jwt).map(({ authenticator, place }) => ({
      authenticator,
      keys: this.#sourceOf(place),
    }));
  }

  /** Throws AuthenticationConfigError if the settings or the file cannot be used. */
  static async open(
    settings: OidcSettings,
    clock: Clock,
    observer: OidcObserver,
  ): Promise<OidcIssuers> {
    const issuers = new OidcIssuers(settings, clock, observer);
    await issuers.#load();
    return issuers;
  }

  /** Fetches keys, and watches the file: by its text, to detect renames and links too. */
  start(): void {
    for (const source of this.#sources.values()) source.start();
    if (this.#file === undefined) return;
    this.#timer ??= setInterval(() => void this.reload(), limits.authConfigPollMs).unref();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const source of this.#sources.values()) source.close();
  }

  /** Reports whether the current file is the one in use. */
  get isCurrent(): boolean {
    return this.#refusal === undefined;
  }

  /** Loads a changed file; reports an invalid file once and keeps the previous issuers. */
  async reload(): Promise<void> {
    try {
      if (!(await this.#load()) && this.#refusal === undefined) return;
      this.#refusal = undefined;
      this.#observer.reloaded(undefined);
    } catch (error) {
      if (!(error instanceof AuthenticationConfigError)) throw error;
      if (error.message === this.#refusal) return;
      this.#refusal = error.message;
      this.#observer.reloaded(error.message);
    }
  }

  /** Loads the file; false if it is already in use. */
  async #load(): Promise<boolean> {
    const file = this.#file;
    if (file === undefined) {
      this.verifier.trust(this.#own);
      return true;
    }
    const text = await readAuthenticationText(file);
    if (text === this.#text) return false;
    const compiled = compileAuthenticationText(text, file);
    this.#refuseTwice(compiled, file);
    this.#text = text;
    this.#trust(compiled);
    return true;
  }

  #trust(compiled: readonly CompiledAuthenticator[]): void {
    const before = this.#sources;
    this.#sources = new Map();
    const own = this.#own.map(({ authenticator, keys }) => ({ authenticator, keys }));
    for (const [place, source] of before) {
      if (own.some(({ keys }) => keys === source)) this.#sources.set(place, source);
    }
    const ofFile = compiled.map((authenticator) => {
      const { url, discoveryURL, certificateAuthority } = authenticator.spec.issuer;
      const place = { issuer: url, discoveryUrl: discoveryURL, certificateAuthority };
      return { authenticator, keys: this.#sourceOf(place, before) };
    });
    this.verifier.trust([...own, ...ofFile]);
    for (const source of before.values()) {
      if (![...this.#sources.values()].includes(source)) source.close();
    }
    if (this.#timer) for (const source of this.#sources.values()) source.start();
  }

  /** Returns the source; an unchanged issuer keeps its keys. */
  #sourceOf(place: KeysPlace, before?: ReadonlyMap<string, JwksSource>): JwksSource {
    const id = JSON.stringify(place);
    const source =
      before?.get(id) ??
      new JwksSource({
        name: `the issuer ${place.issuer}`,
        clock: this.#clock,
        fetch: () => fetchIssuerKeys(place),
        onAlarm: (message) => {
          this.#observer.alarm(message);
        },
      });
    this.#sources.set(id, source);
    return source;
  }

  #refuseTwice(compiled: readonly CompiledAuthenticator[], file: string): void {
    const own = new Set(this.#own.map(({ authenticator }) => authenticator.spec.issuer.url));
    const problems = compiled.flatMap(({ spec }, index) =>
      own.has(spec.issuer.url)
        ? [{ path: `jwt[${index}].issuer.url`, reason: 'stands in auth.jwt, too' }]
        : [],
    );
    if (problems.length > 0) throw new AuthenticationConfigError(file, problems);
  }
}

function refuseKeysUrls(entries: readonly JwtAuthenticatorConfig[]): void {
  const problems = entries.flatMap(({ issuer: { jwksUrl } }, index) => {
    const reason = jwksUrl === undefined ? undefined : keysUrlProblem(jwksUrl);
    return reason === undefined ? [] : [{ path: `jwt[${index}].issuer.jwksUrl`, reason }];
  });
  if (problems.length > 0) throw new AuthenticationConfigError(OWN, problems);
}

/** Returns entries of `auth.jwt`, as from a file; they may contain the location of keys. */
function ownIssuers(entries: readonly JwtAuthenticatorConfig[]) {
  const specs = entries.map(({ issuer, claimMappings }) => ({
    issuer: {
      url: issuer.url,
      audiences: issuer.audiences,
      audienceMatchPolicy: 'MatchAny' as const,
    },
    claimMappings: { ...claimMappings, extra: [] },
    claimValidationRules: [],
    userValidationRules: [],
  }));
  refuseKeysUrls(entries);
  const compiled = compileAuthenticators(specs, OWN);
  return compiled.map((authenticator, index) => {
    const { url = '', jwksUrl, certificateAuthorityFile } = entries[index]?.issuer ?? {};
    const certificateAuthority =
      certificateAuthorityFile === undefined
        ? undefined
        : readFileSync(certificateAuthorityFile, 'utf8');
    return { authenticator, place: { issuer: url, jwksUrl, certificateAuthority } };
  });
}
