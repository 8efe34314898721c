// Generated from openapi/chutes.yaml. Do not edit; run `make gen`.

import type { CallOptions } from "../config.js";
import type { PagePromise } from "../pagination.js";
import type { Runtime } from "../runtime.js";
import type { DailyRevenue, DepositReturn, DepositReturnArgs, PaymentPage, TaoSummary } from "../types/index.js";
import type { ResultPromise } from "../values.js";

/** Query of `payments.list`. */
export interface PaymentsListQuery {
  /** Page number; 0 is the first. */
  page?: number | undefined;
  /** Items in a page. */
  limit?: number | undefined;
}

/** Query of `payments.dailyRevenue`. */
export interface PaymentsDailyRevenueQuery {
  /** Days to look back, 3 to 365; any other number counts as 90. */
  days?: number | undefined;
}

/** Payments and revenue of the platform. `client.payments` */
export class PaymentsResource {
  readonly #runtime: Runtime;

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * List the payments of all users.
   *
   * Payments in TAO for credits, newest first; up to five minutes old.
   */
  list(query: PaymentsListQuery = {}, options: CallOptions = {}): PagePromise<PaymentPage> {
    return this.#runtime.page(
      {
        operationId: "listPayments",
        method: "GET",
        path: ["/payments"],
        query: { ...query },
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * Get the sums of all payments in USD.
   */
  taoSummary(options: CallOptions = {}): ResultPromise<TaoSummary> {
    return this.#runtime.perform(
      {
        operationId: "getTaoSummary",
        method: "GET",
        path: ["/payments/summary/tao"],
        public: true,
        result: "json",
        shape: "object",
      },
      options,
    );
  }

  /**
   * List the revenue of the platform by day.
   */
  dailyRevenue(query: PaymentsDailyRevenueQuery = {}, options: CallOptions = {}): ResultPromise<DailyRevenue[]> {
    return this.#runtime.perform(
      {
        operationId: "listDailyRevenue",
        method: "GET",
        path: ["/daily_revenue_summary"],
        query: { ...query },
        public: true,
        result: "json",
        shape: "list",
      },
      options,
    );
  }

  /**
   * Ask for a developer deposit back.
   *
   * All of it goes to the address, less the fee of the chain. An account that never paid one gets a
   * 400; where nothing is left, the refusal comes with status 200.
   */
  returnDeposit(body: DepositReturnArgs, options: CallOptions = {}): ResultPromise<DepositReturn> {
    return this.#runtime.perform(
      {
        operationId: "returnDeposit",
        method: "POST",
        path: ["/return_developer_deposit"],
        body,
        result: "json",
        shape: "object",
        idempotent: false,
      },
      options,
    );
  }
}
