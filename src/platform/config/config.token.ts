/** Injects the `Config` of the gateway: `@Inject(CONFIG) config: Config`. */
export const CONFIG = Symbol('config');
