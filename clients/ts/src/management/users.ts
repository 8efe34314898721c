// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { PagePromise } from "../pagination.js";
import type { Runtime } from "../runtime.js";
import type {
  Account,
  AccountDeletion,
  AgentRegistration,
  AgentRegistrationArgs,
  AgentRegistrationStatus,
  AgentSetup,
  AgentSetupArgs,
  BalanceTransfer,
  BalanceTransferArgs,
  ChuteShare,
  Discount,
  FingerprintArgs,
  LoginArgs,
  LoginNonce,
  LoginToken,
  PriceOverride,
  Quotas,
  QuotaUsage,
  Registration,
  RegistrationArgs,
  StatusMessage,
  SubscriptionUsage,
  UsagePage,
  UserGrowth,
  UsernameCheck,
  WalletKeysArgs,
} from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `users.usage`. */
export interface UsersUsageQuery {
  /** Page number; 0 is the first. */
  page?: number | undefined;
  /** Hours in a page. */
  limit?: number | undefined;
  /** One row for each chute and hour. */
  per_chute?: boolean | undefined;
  /** Only this chute. */
  chute_id?: string | undefined;
  /** From this time on. */
  start_date?: string | undefined;
  /** Up to this time. */
  end_date?: string | undefined;
}

/** Query of `users.setLogo`. */
export interface UsersSetLogoQuery {
  /** Id of an uploaded logo. */
  logo_id: string;
}

/** Query of `users.nameCheck`. */
export interface UsersNameCheckQuery {
  /** The name; 3 to 15 letters, digits, `_` or `-`. */
  username: string;
  /** Ask for a name that exists to be read only. */
  readonly?: boolean | undefined;
}

/** Query of `users.register`. */
export interface UsersRegisterQuery {
  /** Token of the registration page. */
  token?: string | undefined;
}

/** Accounts, quotas, usage and balance. `client.users` */
export class UsersResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * Get your own account, balance included.
   */
  me(options: CallOptions = {}): ResultPromise<Account> {
    return this.#runtime.perform(
      {
        operationId: "getMe",
        method: "GET",
        path: ["/users/me"],
        purpose: "me",
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Delete your own account.
   *
   * For good, with everything it holds.
   * @param fingerprint The account's fingerprint, which stands in place of the key.
   */
  deleteMe(fingerprint: string, options: CallOptions = {}): ResultPromise<AccountDeletion> {
    return this.#runtime.perform(
      {
        operationId: "deleteMe",
        method: "DELETE",
        path: ["/users/me"],
        credential: fingerprint,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Get your quotas.
   *
   * Rows where the account has quotas of its own, otherwise the defaults by chute id (`*` for all
   * others); an empty object for free and invoiced accounts.
   */
  quotas(options: CallOptions = {}): ResultPromise<Quotas> {
    return this.#runtime.perform(
      {
        operationId: "getQuotas",
        method: "GET",
        path: ["/users/me/quotas"],
        result: "json",
      },
      options,
    );
  }

  /**
   * Get how much of a quota is used today.
   * @param chuteId Id of a chute, or `*` for the quota of all others.
   */
  quotaUsage(chuteId: string, options: CallOptions = {}): ResultPromise<QuotaUsage> {
    return this.#runtime.perform(
      {
        operationId: "getQuotaUsage",
        method: "GET",
        path: ["/users/me/quota_usage/", { name: "chute_id", value: chuteId }],
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Get how much of your subscription is used.
   */
  subscriptionUsage(options: CallOptions = {}): ResultPromise<SubscriptionUsage> {
    return this.#runtime.perform(
      {
        operationId: "getSubscriptionUsage",
        method: "GET",
        path: ["/users/me/subscription_usage"],
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * List your discounts.
   */
  discounts(options: CallOptions = {}): ResultPromise<Discount[]> {
    return this.#runtime.perform(
      {
        operationId: "listDiscounts",
        method: "GET",
        path: ["/users/me/discounts"],
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * List the prices that were agreed for your account.
   */
  priceOverrides(options: CallOptions = {}): ResultPromise<PriceOverride[]> {
    return this.#runtime.perform(
      {
        operationId: "listPriceOverrides",
        method: "GET",
        path: ["/users/me/price_overrides"],
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * List what you used, hour by hour.
   */
  usage(query: UsersUsageQuery = {}, options: CallOptions = {}): PagePromise<UsagePage> {
    return this.#runtime.page(
      {
        operationId: "listUsage",
        method: "GET",
        path: ["/users/", "me", "/usage"],
        query: { ...query },
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * List the chutes that you share, and those shared with you.
   */
  shares(options: CallOptions = {}): ResultPromise<ChuteShare[]> {
    return this.#runtime.perform(
      {
        operationId: "listShares",
        method: "GET",
        path: ["/users/", "me", "/shares"],
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Transfer balance to another account.
   *
   * Without an amount the server moves the whole balance, so clients refuse that unless it is said.
   * Wants an administrative API key; the fingerprint of the
   * account works, too, through `request`.
   * @param options `everything: true` where `amount` is left out on purpose; it is never sent.
   */
  balanceTransfer(
    body: BalanceTransferArgs,
    options: CallOptions & { everything?: boolean | undefined } = {},
  ): ResultPromise<BalanceTransfer> {
    return this.#runtime.perform(
      {
        operationId: "transferBalance",
        method: "POST",
        path: ["/users/balance_transfer"],
        body,
        guard: {
          field: "amount",
          said: options.everything,
          message: "balance_transfer without an amount moves the whole balance: say so with everything",
        },
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Set the logo of your account.
   *
   * Changes state although it is a GET; repeating it is harmless.
   */
  setLogo(query: UsersSetLogoQuery, options: CallOptions = {}): ResultPromise<Account> {
    return this.#runtime.perform(
      {
        operationId: "setLogo",
        method: "GET",
        path: ["/users/set_logo"],
        query: { ...query },
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * List how the number of accounts has grown.
   */
  growth(options: CallOptions = {}): ResultPromise<UserGrowth[]> {
    return this.#runtime.perform(
      {
        operationId: "listUserGrowth",
        method: "GET",
        path: ["/users/growth"],
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Get a nonce to sign for a login.
   */
  loginNonce(options: CallOptions = {}): ResultPromise<LoginNonce> {
    return this.#runtime.perform(
      {
        operationId: "getLoginNonce",
        method: "GET",
        path: ["/users/login/nonce"],
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Log in with the fingerprint, or with a signed nonce.
   *
   * Give `fingerprint`, or `hotkey`, `signature` (hexadecimal, over the text of the nonce) and
   * `nonce`.
   */
  login(body: LoginArgs, options: CallOptions = {}): ResultPromise<LoginToken> {
    return this.#runtime.perform(
      {
        operationId: "login",
        method: "POST",
        path: ["/users/login"],
        body,
        public: true,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Replace the fingerprint of the account.
   *
   * The current fingerprint is the credential. The server also takes a signature by the hotkey or
   * coldkey over `{address}:{new fingerprint}:{nonce}`
   * instead, which `request` can send.
   * @param currentFingerprint The account's fingerprint, which stands in place of the key.
   */
  changeFingerprint(currentFingerprint: string, body: FingerprintArgs, options: CallOptions = {}): ResultPromise<StatusMessage> {
    return this.#runtime.perform(
      {
        operationId: "changeFingerprint",
        method: "POST",
        path: ["/users/change_fingerprint"],
        body,
        credential: currentFingerprint,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Replace the hotkey or the coldkey of the account.
   * @param fingerprint The account's fingerprint, which stands in place of the key.
   */
  changeBtAuth(fingerprint: string, body: WalletKeysArgs, options: CallOptions = {}): ResultPromise<Account> {
    return this.#runtime.perform(
      {
        operationId: "changeWalletKeys",
        method: "POST",
        path: ["/users/change_bt_auth"],
        body,
        credential: fingerprint,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Ask whether a user name is valid and free.
   */
  nameCheck(query: UsersNameCheckQuery, options: CallOptions = {}): ResultPromise<UsernameCheck> {
    return this.#runtime.perform(
      {
        operationId: "checkUsername",
        method: "GET",
        path: ["/users/name_check"],
        query: { ...query },
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Register an account for the hotkey that signs the request.
   *
   * Has to be signed by the hotkey (over the body). The token comes from the page that shows a
   * captcha; the coldkey needs a minimum of TAO (402).
   */
  register(body: RegistrationArgs, query: UsersRegisterQuery = {}, options: CallOptions = {}): ResultPromise<Registration> {
    return this.#runtime.perform(
      {
        operationId: "registerUser",
        method: "POST",
        path: ["/users/register"],
        query: { ...query },
        body,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Begin to register an account without a browser.
   *
   * The signature is over `chutes_signup:{hotkey}:{coldkey}`. The account exists once the amount
   * has arrived; see `agent_registration` and `agent_setup`.
   */
  agentRegister(body: AgentRegistrationArgs, options: CallOptions = {}): ResultPromise<AgentRegistration> {
    return this.#runtime.perform(
      {
        operationId: "registerAgent",
        method: "POST",
        path: ["/users/agent_registration"],
        body,
        public: true,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }

  /**
   * Ask how far a registration without a browser is.
   * @param hotkey Address of the signing key.
   */
  agentRegistration(hotkey: string, options: CallOptions = {}): ResultPromise<AgentRegistrationStatus> {
    return this.#runtime.perform(
      {
        operationId: "getAgentRegistration",
        method: "GET",
        path: ["/users/agent_registration/", { name: "hotkey", value: hotkey }],
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Get the key and the configuration of an account registered without a browser.
   *
   * The signature is over `chutes_setup:{user_id}`. Works one time; then it is a 409.
   * @param userId Id of the account.
   */
  agentSetup(userId: string, body: AgentSetupArgs, options: CallOptions = {}): ResultPromise<AgentSetup> {
    return this.#runtime.perform(
      {
        operationId: "setUpAgent",
        method: "POST",
        path: ["/users/", { name: "user_id", value: userId }, "/agent_setup"],
        body,
        public: true,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }
}
