package main

import (
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	chutes "github.com/chutes-client/chutes-client/clients/go"
	"github.com/chutes-client/chutes-client/clients/go/hotkey"
)

// helpers are the ops of what is more than one request, and of keys and tokens.
var helpers = map[string]func(*run){
	"chutes.deploy":               (*run).deploy,
	"chutes.wait_ready":           (*run).waitReady,
	"chutes.predict":              (*run).predict,
	"container_images.build":      (*run).build,
	"container_images.wait_built": (*run).waitBuilt,
	"jobs.create":                 (*run).createJob,
	"jobs.wait":                   (*run).waitJob,
	"jobs.download":               (*run).download,
	"hotkey.sign":                 (*run).sign,
	"hotkey.verify":               (*run).verify,
	"oauth.authorize_url":         (*run).authorizeURL,
	"oauth.exchange":              (*run).exchange,
	"oauth.refresh":               (*run).refresh,
	"oauth.revoke":                (*run).revoke,
	"models.cost":                 (*run).cost,
	"chat.parse":                  (*run).parse,
	"map":                         (*run).mapCalls,
	"audio.speech":                (*run).speech,
	"audio.transcribe":            (*run).transcribe,
	"audio.music":                 (*run).music,
	"video.generate":              (*run).film,
	"content.part":                (*run).part,
	"chat.run_tools":              (*run).runTools,
	"signal.listeners":            (*run).listeners,
}

func (r *run) text(name string) string { return read[string](r.arg(name)) }

// wait is a duration among the arguments; 0 where it is not given.
func (r *run) wait(name string) time.Duration {
	if value := r.arg(name); value != nil {
		return duration(value)
	}
	return 0
}

func (r *run) deploy() {
	var body chutes.ChuteArgs
	must(json.Unmarshal(r.arg("body"), &body))
	done, err := r.s.client.Chutes.Deploy(r.ctx, body, &chutes.ChutesDeployParams{
		AcceptFee: read[bool](r.arg("accept_fee")), Force: read[bool](r.arg("force")),
	}, r.options...)
	if r.err = err; err == nil {
		r.final = object{"status": done.Status, "chute": done.Chute.Raw()}
	}
}

func (r *run) readyParams() *chutes.ChutesWaitReadyParams {
	return &chutes.ChutesWaitReadyParams{
		Timeout: r.wait("timeout_ms"), PollInterval: r.wait("poll_interval_ms"), OnProgress: func(p chutes.WarmupProgress) {
			if p.Event != nil {
				r.see("item", object{"item": p.Event.Raw()})
			} else {
				r.see("item", object{"item": p.State.Raw()})
			}
		},
	}
}

func (r *run) waitReady() {
	state, err := r.s.client.Chutes.WaitReady(r.ctx, r.text("ref"), r.readyParams(), r.options...)
	r.result(state, err)
}

func (r *run) predict() {
	username := r.text("username")
	final := object{}
	if name := r.arg("name"); name != nil {
		final["chute_id"] = chutes.PredictChuteID(username, read[string](name))
	}
	if raw := r.arg("image"); raw != nil {
		image := read[struct{ Name, Tag string }](raw)
		final["image_id"] = chutes.PredictImageID(username, image.Name, image.Tag)
	}
	if code := r.arg("code"); code != nil {
		final["version"] = chutes.PredictVersion(r.text("image_id"), r.text("patch_version"), read[string](code))
	}
	r.final = final
}

func (r *run) log(event *chutes.BuildLogEvent) { r.see("item", object{"item": event.Raw()}) }

func (r *run) build() {
	args := chutes.BuildArgs{
		Name: r.text("name"), Tag: r.text("tag"), Dockerfile: r.text("dockerfile"), Readme: r.text("readme"), LogoID: r.text("logo_id"),
		Public: read[bool](r.arg("public")), Username: r.text("username"), Image: r.text("image"),
	}
	if raw := r.arg("context"); raw != nil {
		args.Context = r.file(read[fileArgs](raw))
	}
	params := &chutes.ContainerImagesBuildParams{OnLog: r.log, Timeout: r.wait("timeout_ms")}
	if wait := r.arg("wait"); wait != nil {
		params.NoWait = !read[bool](wait)
	}
	image, err := r.s.client.ContainerImages.Build(r.ctx, args, params, r.options...)
	r.result(image, err)
}

func (r *run) waitBuilt() {
	image, err := r.s.client.ContainerImages.WaitBuilt(r.ctx, r.text("image_id"), &chutes.ContainerImagesWaitBuiltParams{
		Offset: r.text("offset"), OnLog: r.log, Timeout: r.wait("timeout_ms"),
	}, r.options...)
	r.result(image, err)
}

func (r *run) createJob() {
	var args any
	if raw := r.arg("args"); raw != nil {
		args = raw
	}
	params := &chutes.JobsCreateParams{}
	if raw := r.arg("disk_gb"); raw != nil {
		params.DiskGB = chutes.Set(read[float64](raw))
	}
	started, err := r.s.client.Jobs.Create(r.ctx, r.text("chute"), r.text("method"), args, params, r.options...)
	r.result(started, err)
}

func (r *run) waitJob() {
	done, err := r.s.client.Jobs.Wait(r.ctx, r.text("job_id"), &chutes.JobsWaitParams{
		Timeout: r.wait("timeout_ms"), PollInterval: r.wait("poll_interval_ms"),
		OnProgress: func(job *chutes.JobRun) { r.see("item", object{"item": object{"state": job.State()}}) },
	}, r.options...)
	if r.err = err; err == nil {
		final := readMap(done.Raw())
		final["state"] = chutes.JSON(done.State())
		r.final = final
	}
}

func (r *run) download() {
	folder := filepath.Join(r.folder(), "to")
	must(os.Mkdir(folder, 0o700))
	out := filepath.Join(folder, "out.bin")
	existing := r.arg("existing")
	if existing != nil {
		must(os.WriteFile(out, []byte(read[string](existing)), 0o600))
	}
	to := out
	switch r.text("to") {
	case "directory":
		to = folder
	case "missing":
		to = filepath.Join(folder, "missing", "out.bin")
	}
	calls, received, total := 0, int64(0), int64(-1)
	path, err := r.s.client.Jobs.Download(r.ctx, r.text("job_id"), r.text("file_id"), to, &chutes.JobsDownloadParams{
		OnProgress: func(got, all int64) { calls, received, total = calls+1, got, all },
	}, r.options...)
	r.err = err
	final := object{}
	if err == nil {
		data, failed := os.ReadFile(path)
		must(failed)
		progress := object{"calls": calls, "received": received, "total": total}
		if total < 0 {
			progress["total"] = nil
		}
		final = object{"name": filepath.Base(path), "length": len(data), "sha256": sum(data), "progress": progress}
	}
	left := []string{}
	entries, failed := os.ReadDir(folder)
	must(failed)
	for _, entry := range entries {
		left = append(left, entry.Name())
	}
	final["left"] = left
	if data, failed := os.ReadFile(out); failed == nil && existing != nil && string(data) == read[string](existing) {
		final["kept"] = string(data)
	}
	r.final = final
}

func (r *run) sign() {
	key, err := hotkey.FromSeedHex(r.text("seed"))
	if r.err = err; err != nil {
		return
	}
	signature, err := key.Sign(r.text("message"))
	public := key.PublicKey()
	if r.err = err; err == nil {
		r.final = object{"address": key.Address(), "public_key": hex.EncodeToString(public[:]), "signature": signature}
	}
}

func (r *run) verify() {
	r.final = object{"valid": hotkey.Verify(r.text("address"), r.text("message"), r.text("signature"))}
}

// app is the app of the arguments, on the hosts and the clock of the call.
func (r *run) app() *chutes.OAuth {
	options := clientOptions(r.req)
	if r.s.clock != nil {
		options = append(options, chutes.WithSeam(r.s.clock.Seam()))
	}
	app, err := chutes.NewOAuth(chutes.OAuthConfig{
		ClientID: r.text("client_id"), ClientSecret: r.text("client_secret"), RedirectURI: r.text("redirect_uri"),
	}, options...)
	r.err = err
	return app
}

func (r *run) authorizeURL() {
	app := r.app()
	if r.err != nil {
		return
	}
	var options []chutes.AuthorizeOption
	if state := r.arg("state"); state != nil {
		options = append(options, chutes.WithState(read[string](state)))
	}
	for name, value := range read[map[string]string](r.arg("extra")) {
		options = append(options, chutes.WithAuthorizeParam(name, value))
	}
	sent := app.AuthorizeURL(read[[]string](r.arg("scopes")), options...)
	r.final = object{"url": sent.URL, "state": sent.State, "code_verifier": sent.CodeVerifier}
}

func (r *run) token(token *chutes.Token, err error) {
	if r.err = err; err == nil {
		r.final = object{
			"access_token": token.AccessToken, "refresh_token": token.RefreshToken, "scope": token.Scope, "token_type": token.TokenType,
			"expires_at": float64(token.ExpiresAt.UnixMilli()) / 1000,
		}
	}
}

func (r *run) exchange() {
	if app := r.app(); r.err == nil {
		r.token(app.Exchange(r.ctx, r.text("code"), r.text("code_verifier")))
	}
}

func (r *run) refresh() {
	if app := r.app(); r.err == nil {
		r.token(app.Refresh(r.ctx, r.text("refresh_token")))
	}
}

func (r *run) revoke() {
	if app := r.app(); r.err == nil {
		r.err = app.Revoke(r.ctx, r.text("token"))
	}
}
