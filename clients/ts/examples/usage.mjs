import { Chutes } from "chutes-client";

const client = new Chutes();
console.log((await client.users.me()).balance, "USD");
const since = new Date(Date.now() - 7 * 86_400_000).toISOString();
let spent = 0;
for await (const hour of client.users.usage({ start_date: since })) spent += hour.amount ?? 0; // all pages
console.log(spent.toFixed(2), "USD spent");
for (const payment of (await client.payments.list({ limit: 3 })).items) console.log(payment.timestamp, payment.usd_amount);
const quotas = await client.users.quotas(); // rows of this account's own, or the defaults by chute: the type says both
if (Array.isArray(quotas)) for (const { chute_id, quota } of quotas) console.log(chute_id, quota);
else console.log(quotas["*"], "calls a day");
const today = await client.users.quotaUsage("*");
console.log(today.used, "of", today.quota, "calls today");
