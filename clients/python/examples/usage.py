from datetime import datetime, timedelta, timezone

from chutes_client import Chutes

client = Chutes()
print(client.users.me().balance, "USD")
since = datetime.now(timezone.utc) - timedelta(days=7)
print(sum(hour.amount or 0 for hour in client.users.usage(start_date=since)), "USD spent")  # asks for page after page
for payment in client.payments.list():
    print(payment.timestamp, payment.usd_amount)
quotas = client.users.quotas()  # rows of this account's own, or the defaults by chute: the type says both
if isinstance(quotas, dict):
    print(quotas.get("*"), "calls a day")
else:
    print([(quota.chute_id, quota.quota) for quota in quotas])
today = client.users.quota_usage("*")
print(today.used, "of", today.quota)
