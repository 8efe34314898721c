package main

import (
	"context"
	"fmt"
	"log"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

func main() {
	client, err := chutes.New()
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	ctx := context.Background()
	me, err := client.Users.Me(ctx)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(me.Balance, "USD")

	spent := 0.0
	week := &chutes.UsersUsageParams{StartDate: chutes.Set(chutes.Time{Time: time.Now().UTC().AddDate(0, 0, -7)})}
	for hour, err := range client.Users.UsageAll(ctx, week) { // all pages
		if err != nil {
			log.Fatal(err)
		}
		spent += hour.Amount
	}
	fmt.Printf("%.2f USD spent\n", spent)

	quotas, err := client.Users.Quotas(ctx) // rows of this account's own, or the defaults by chute: the field that came is set
	if err != nil {
		log.Fatal(err)
	}
	for _, row := range quotas.Rows {
		fmt.Println(row.ChuteID, row.Quota)
	}
	for chute, calls := range quotas.Defaults {
		fmt.Println(chute, calls)
	}
	today, err := client.Users.QuotaUsage(ctx, "*")
	if err != nil {
		log.Fatal(err)
	}
	if limit := today.Quota.Count; limit != nil { // else the word "unlimited"
		fmt.Println(today.Used, "of", *limit, "calls today")
	}
}
