package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"log"
	"os"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
)

const code = "print('hello')\n"

// buildContext is a zip file with what the Dockerfile copies.
func buildContext() chutes.File {
	var data bytes.Buffer
	archive := zip.NewWriter(&data)
	_ = must(must(archive.Create("app.py")).Write([]byte(code)))
	if err := archive.Close(); err != nil {
		log.Fatal(err)
	}
	return chutes.FileFromBytes("context.zip", data.Bytes())
}

// imagesAndChutes: from a Dockerfile to a chute that is hot, and back to nothing.
func (t tour) imagesAndChutes() {
	image := must(t.ContainerImages.Build(t.ctx, chutes.BuildArgs{
		Name: fresh(), Tag: "1.0", Dockerfile: "FROM python:3.12\nCOPY app.py .\n", Context: buildContext(),
	}, &chutes.ContainerImagesBuildParams{
		OnLog: func(e *chutes.BuildLogEvent) { show("container_images", e.LogType, e.Log) }, Timeout: time.Minute,
	}))
	show("container_images", image.Name, image.Status, image.BuildCompletedAt.Format(time.DateOnly))
	done := must(t.Chutes.Deploy(t.ctx, chutes.ChuteArgs{
		Name: fresh(), Image: image.ImageID, Code: code, Filename: "app.py", RefStr: "app:chute", TEE: chutes.Set(true),
		NodeSelector: chutes.NodeSelector{GPUCount: chutes.Ptr[int64](1), Include: []string{"pro_6000"}},
		Cords: chutes.Set([]chutes.Cord{
			{Method: "POST", Path: "/hi", Function: "hi", PublicAPIPath: "/hi", PublicAPIMethod: chutes.CordMethodPost},
		}),
	}, &chutes.ChutesDeployParams{AcceptFee: true}))
	chute := done.Chute
	show("chutes", done.Status, chute.Slug, chute.Cords[0].PublicAPIPath, chute.CurrentEstimatedPrice.USD.Hour, "USD an hour")
	ready := must(t.Chutes.WaitReady(t.ctx, chute.ChuteID, &chutes.ChutesWaitReadyParams{
		Timeout: time.Minute, OnProgress: func(p chutes.WarmupProgress) { show("chutes", p.Status()) },
	}))
	show("chutes", ready.ChuteID, ready.Status, must(t.Chutes.Code(t.ctx, chute.ChuteID)) == code)
	shared := must(t.Chutes.Share(t.ctx, chutes.ShareArgs{ChuteIDOrName: chute.ChuteID, UserIDOrName: "bob"}))
	show("chutes", shared.Status, len(must(t.Users.Shares(t.ctx))), "shares")
	t.around(chute.ChuteID)
	t.running(chute.ChuteID)
	show("chutes", "deleted:", must(t.Chutes.Delete(t.ctx, chute.ChuteID)).Deleted)
	show("container_images", "deleted:", must(t.ContainerImages.Delete(t.ctx, image.ImageID)).Deleted)
}

// around: its picture, its bounty and its name among the models.
func (t tour) around(chuteID string) {
	logo := must(t.Logos.Create(t.ctx, chutes.LogoArgs{Logo: chutes.FileFromBytes("logo.png", append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 64)...))}))
	picture := must(t.Logos.Get(t.ctx, logo.LogoID, chutes.LogoFormatWebp))
	show("logos", logo.Path, picture.ContentType, len(picture.Bytes))
	for _, bounty := range must(t.Bounties.List(t.ctx)) {
		show("bounties", bounty.ChuteID, bounty.BountyAmount)
	}
	_, err := t.Bounties.Increase(t.ctx, chuteID, nil)
	show("bounties", "not for everybody:", errors.Is(err, chutes.ErrPermissionDenied))
	alias := must(t.ModelAliases.Create(t.ctx, chutes.ModelAliasArgs{Alias: fresh(), ChuteIds: []string{chuteID}}))
	show("model_aliases", alias.Alias, len(alias.ChuteIds))
	if err := t.ModelAliases.Delete(t.ctx, alias.Alias); err != nil {
		log.Fatal(err)
	}
}

// running: its instances, their logs, and what only its owner or the instance itself can read.
func (t tour) running(chuteID string) {
	for _, instance := range must(t.Chutes.Get(t.ctx, chuteID)).Instances {
		logs := must(t.Instances.Logs(t.ctx, instance.InstanceID, &chutes.InstancesLogsParams{Backfill: chutes.Set[int64](10)}))
		for event, err := range logs.Items() {
			show("instances", instance.InstanceID, must(event, err).Log)
			break // it goes on for ever
		}
	}
	for _, session := range must(t.EncryptedLogs.Sessions(t.ctx, chuteID)) {
		show("encrypted_logs", session.InstanceID, session.ChunkCount)
	}
	show("encrypted_logs", "asked")
	ends, err := t.E2e.Instances(t.ctx, chuteID)
	if errors.Is(err, chutes.ErrNotFound) || errors.Is(err, chutes.ErrBadRequest) {
		show("e2e", "no instance of it can be called in private")
		return
	}
	for _, end := range must(ends, err).Instances {
		show("e2e", end.InstanceID, len(end.Nonces), "nonces for", ends.NonceExpiresIn, "seconds")
	}
}

// jobs: a run from its start to its files.
func (t tour) jobs() {
	started := must(t.Jobs.Create(t.ctx, "demo/worker", "train", map[string]any{"epochs": 2}, nil))
	run := must(t.Jobs.Wait(t.ctx, started.JobID, &chutes.JobsWaitParams{
		Timeout: time.Minute, PollInterval: 500 * time.Millisecond, OnProgress: func(run *chutes.JobRun) { show("jobs", run.State()) },
	}))
	folder := must(os.MkdirTemp("", "every-"))
	defer func() { _ = os.RemoveAll(folder) }()
	for fileID, file := range run.OutputFiles {
		received := int64(0)
		_ = must(t.Jobs.Download(t.ctx, run.JobID, fileID, folder, &chutes.JobsDownloadParams{
			OnProgress: func(now, _ int64) { received = now },
		}))
		show("jobs", file.Filename, received, "bytes")
	}
	for _, port := range run.PortMappings {
		show("jobs", port.InternalPort, port.Proto)
	}
	show("jobs", run.State(), run.FinishedAt.Format(time.DateOnly))
}
