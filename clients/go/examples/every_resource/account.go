package main

import (
	"errors"
	"strings"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

// account: users, and the shapes of a quota.
func (t tour) account() {
	me := must(t.Users.Me(t.ctx))
	show("users", me.Username, me.Balance, me.CreatedAt.Format(time.DateOnly))
	// Rows of the account's own, or the platform's defaults by chute: two shapes, no cast. The field of the shape that came is set.
	quotas := must(t.Users.Quotas(t.ctx))
	for _, row := range quotas.Rows {
		show("users", "own quota", row.ChuteID, row.Quota)
	}
	for chute, calls := range quotas.Defaults {
		show("users", "default quota", chute, calls)
	}
	usage := must(t.Users.QuotaUsage(t.ctx, "*"))
	switch limit := usage.Quota; {
	case limit.Count != nil:
		show("users", "used", usage.Used, "of", *limit.Count)
	case limit.Word != nil:
		show("users", "used", usage.Used, "of", *limit.Word)
	}
	show("users", "subscription", must(t.Users.SubscriptionUsage(t.ctx)).FourHour.Remaining)
	// Without an amount the whole balance would go: that must be said.
	_, err := t.Users.BalanceTransfer(t.ctx, chutes.BalanceTransferArgs{UserID: me.UserID})
	show("users", err)
}

// money: usage, prices and payments.
func (t tour) money() {
	spent, days := 0.0, 0
	since := chutes.Set(chutes.Time{Time: time.Now().UTC().AddDate(0, 0, -1)})
	for bucket, err := range t.Users.UsageAll(t.ctx, &chutes.UsersUsageParams{StartDate: since}) {
		spent, days = spent+must(bucket, err).Amount, days+1
	}
	show("users", "spent", spent, "in", days, "buckets")
	prices := must(t.Pricing.Get(t.ctx))
	for gpu, price := range prices.GPUPriceEstimates {
		show("pricing", gpu, price.USD.Hour, "USD an hour, at", prices.TaoUSD, "USD a TAO")
		break
	}
	show("pricing", must(t.Pricing.Fmv(t.ctx))["tao"])
	for _, payment := range must(t.Payments.List(t.ctx, &chutes.PaymentsListParams{Limit: chutes.Set[int64](2)})).Items {
		show("payments", payment.USDAmount, payment.Timestamp.Format(time.DateOnly), payment.RaoAmount)
	}
	show("payments", must(t.Payments.TaoSummary(t.ctx)).Total)
}

// keysAndSecrets: API keys with scopes, and the environment of chutes.
func (t tour) keysAndSecrets() {
	key := must(t.APIKeys.Create(t.ctx, chutes.ApiKeyArgs{Name: fresh(), Scopes: chutes.Set([]chutes.ApiKeyScopeArgs{
		{ObjectType: chutes.ApiKeyObjectChutes, Action: chutes.Set(chutes.ApiKeyActionInvoke)},
	})}))
	show("api_keys", key.Name, len(key.Scopes), "scope; its secret is shown once:", key.SecretKey != "")
	show("api_keys", "deleted:", must(t.APIKeys.Delete(t.ctx, key.APIKeyID)).Deleted, "left:", len(must(t.APIKeys.List(t.ctx, nil)).Items))
	chute := must(t.Chutes.Get(t.ctx, "demo/echo"))
	secret := must(t.Secrets.Create(t.ctx, chutes.SecretArgs{Purpose: chute.ChuteID, Key: "HF_TOKEN", Value: "a value"}))
	show("secrets", must(t.Secrets.Get(t.ctx, secret.SecretID)).Key, must(t.Secrets.Delete(t.ctx, secret.SecretID)).Status)
}

// signIn: apps that sign users in, and what became of their tokens.
func (t tour) signIn() {
	app := must(t.OauthApps.Create(t.ctx, chutes.OauthAppArgs{Name: fresh(), RedirectUris: []string{"http://localhost/callback"}}))
	secret := must(t.OauthApps.RegenerateSecret(t.ctx, app.AppID))
	changed := must(t.OauthApps.Update(t.ctx, app.AppID, chutes.OauthAppUpdateArgs{Description: chutes.Set("A sample.")}))
	show("oauth_apps", app.ClientID, changed.Description, len(secret.ClientSecret))
	token := must(t.Oauth.Introspect(t.ctx, chutes.OauthIntrospectArgs{
		Token: "cak_unknown", ClientID: chutes.Set(app.ClientID), ClientSecret: chutes.Set(secret.ClientSecret),
	}))
	show("oauth", "active:", token.Active, must(t.Oauth.Discovery(t.ctx)).Issuer, len(must(t.Oauth.Scopes(t.ctx)).Scopes), "scopes")
	for grant, err := range t.OauthAuthorizations.ListAll(t.ctx, nil) {
		show("oauth_authorizations", must(grant, err).AppName, strings.Join(grant.Scopes, " "))
	}
	show("oauth_authorizations", "in all:", must(t.OauthAuthorizations.List(t.ctx, nil)).Total)
	show("oauth_apps", "deleted:", must(t.OauthApps.Delete(t.ctx, app.AppID)).Deleted)
}

// platform: what everybody can see.
func (t tour) platform() {
	show("platform", must(t.Platform.Ping(t.ctx)).Message)
	show("models", len(must(t.Models.List(t.ctx)).Data))
	for gpu, nodes := range must(t.Nodes.List(t.ctx, nil)) {
		show("nodes", gpu, nodes.Provisioned, "at work,", nodes.Idle, "idle;", must(t.Nodes.Supported(t.ctx))[gpu].Memory, "GB")
		break
	}
	for _, day := range must(t.Invocations.LLMStats(t.ctx, nil)) {
		show("invocations", day.Name, day.Date, day.TotalRequests, day.AverageTPS)
		break
	}
	table := must(t.Invocations.ExportRecent(t.ctx, &chutes.InvocationsExportRecentParams{Limit: chutes.Set[int64](5)}))
	show("invocations", strings.Count(table, "\n"), "lines of CSV")
	for _, entry := range must(t.Audit.List(t.ctx)) {
		report, err := t.Audit.Download(t.ctx, entry.Path)
		if errors.Is(err, chutes.ErrNotFound) {
			continue // older reports are not kept
		}
		show("audit", entry.Block, must(report, err).ContentType, len(report.Bytes))
		break
	}
	for _, measured := range must(t.TEE.Measurements(t.ctx)) {
		show("tee", measured.Name, measured.GPUCount, measured.ExpectedGpus)
	}
}
