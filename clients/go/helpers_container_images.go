package chutes

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"
)

const (
	// buildPoll is the time between two questions for an image whose log has ended and whose build has not.
	buildPoll   = 5 * time.Second
	statusBuilt = "built and pushed"
	// noPickle is Python's pickle of None in base64; the server stores this part and does nothing with it.
	noPickle = "gAROLg=="
)

// buildFailure is the status of a build that failed: "error: reason", in which all but the word may be missing.
var buildFailure = regexp.MustCompile(`(?is)^error\b:?\s*(.*)$`)

// emptyZip is a zip file with nothing in it: its end record alone.
var emptyZip = append([]byte("PK\x05\x06"), make([]byte, 18)...)

// BuildArgs is an image to build.
type BuildArgs struct {
	Name       string
	Tag        string
	Dockerfile string // its text
	Context    File   // zip file with everything that the Dockerfile copies; default: an empty one
	Readme     string // about it, in Markdown; default: "name:tag", since the server takes an empty one for a missing one
	LogoID     string // default: none
	Public     bool   // whether everybody may use it
	Username   string // your own name; default: asked for
	Image      string // the official CDK's image object as a base64 pickle; default: that of None
}

// ContainerImagesBuildParams are the options of [ContainerImagesService.Build].
type ContainerImagesBuildParams struct {
	// Told each record of the log. Cancel the context to stop.
	OnLog func(*BuildLogEvent)
	// Return as soon as the upload is accepted.
	NoWait bool
	// Longest time in all, upload included. Default: [WithDeadline] of this call, else none.
	Timeout time.Duration
}

// Build uploads a build, follows its log, and returns the image as it came out.
//
// The upload is sent once and never repeated. The errors: config for a context that cannot be read, conflict where the image exists,
// payment_required and rate_limited as [ContainerImagesService.Create] says, stream_error with the build's own words where it failed, timeout
// after Timeout (the build goes on; see [ContainerImagesService.WaitBuilt]).
//
//	image, err := client.ContainerImages.Build(ctx, chutes.BuildArgs{
//		Name: "tools", Tag: "1.0", Dockerfile: dockerfile, Context: chutes.FileFromPath("context.zip"),
//	}, &chutes.ContainerImagesBuildParams{OnLog: func(e *chutes.BuildLogEvent) { fmt.Println(e.Log) }})
func (s *ContainerImagesService) Build(ctx context.Context, args BuildArgs, params *ContainerImagesBuildParams, options ...Option) (*ContainerImage, error) {
	if params == nil {
		params = &ContainerImagesBuildParams{}
	}
	until, err := s.client.newUntil(params.Timeout, NoTimeout, options)
	if err != nil {
		return nil, err
	}
	if args.Username == "" {
		me, err := s.client.Users.Me(ctx, lookUps(until.request(false))...)
		if err != nil {
			return nil, err
		}
		args.Username = me.Username
	}
	image, err := s.Create(ctx, args.upload(), until.request(true)...)
	if err != nil || params.NoWait {
		return image, err
	}
	return s.wait(ctx, image.ImageID, "", params.OnLog, until)
}

// upload is the request of a build, every default filled in.
func (a BuildArgs) upload() ContainerImageArgs {
	file := a.Context
	if file.isZero() {
		file = FileFromBytes("", emptyZip)
	}
	file.Name, file.ContentType = first(file.Name, "chutes.zip"), first(file.ContentType, "application/zip")
	return ContainerImageArgs{
		BuildContext: file, Username: a.Username, Name: a.Name, Readme: first(a.Readme, a.Name+":"+a.Tag), LogoID: first(a.LogoID, "__none__"),
		Tag: a.Tag, Dockerfile: a.Dockerfile, Image: first(a.Image, noPickle), Public: a.Public,
	}
}

// ContainerImagesWaitBuiltParams are the options of [ContainerImagesService.WaitBuilt].
type ContainerImagesWaitBuiltParams struct {
	// Follow the log after this offset. Default: from its beginning.
	Offset string
	// Told each record of the log. Cancel the context to stop.
	OnLog func(*BuildLogEvent)
	// Longest wait in all. Default: [WithDeadline] of this call, else none.
	Timeout time.Duration
}

// WaitBuilt follows a build to its end and returns the image. A log that breaks off goes on after its last offset, at most [ResumeAttempts]
// times in a row without a new record.
//
// The errors: stream_error with the build's own words where it failed, stream_interrupted where the log was given up, timeout after Timeout.
//
//	image, err := client.ContainerImages.WaitBuilt(ctx, imageID, &chutes.ContainerImagesWaitBuiltParams{Timeout: 30 * time.Minute})
func (s *ContainerImagesService) WaitBuilt(ctx context.Context, imageID string, params *ContainerImagesWaitBuiltParams, options ...Option) (*ContainerImage, error) {
	if params == nil {
		params = &ContainerImagesWaitBuiltParams{}
	}
	until, err := s.client.newUntil(params.Timeout, NoTimeout, options)
	if err != nil {
		return nil, err
	}
	return s.wait(ctx, imageID, params.Offset, params.OnLog, until)
}

// wait follows the log, and then asks for the image until its status is final.
func (s *ContainerImagesService) wait(ctx context.Context, imageID, offset string, onLog func(*BuildLogEvent), until *until) (*ContainerImage, error) {
	if err := s.follow(ctx, imageID, offset, onLog, until); err != nil {
		return nil, err
	}
	for {
		image, err := s.Get(ctx, imageID, lookUps(until.request(false))...)
		if err != nil {
			return nil, err
		}
		if image.Status == statusBuilt {
			return image, nil
		}
		if failed := buildFailure.FindStringSubmatch(image.Status); failed != nil {
			return nil, withAnswer(newError(KindStreamError, "the build failed: %s", first(failed[1], "no reason given")), image.Response())
		}
		if until.over() {
			return nil, until.fail(image.Response(), "the build of image %s did not end in time (last state: %s)", imageID, first(image.Status, "none"))
		}
		if err := until.sleep(ctx, buildPoll); err != nil {
			return nil, err
		}
	}
}

// follow reads the log to its end, resumed where it breaks off.
func (s *ContainerImagesService) follow(ctx context.Context, imageID, offset string, onLog func(*BuildLogEvent), until *until) error {
	heard := 0
	for failures := 0; ; failures++ {
		known, told := heard, 0
		params := &ContainerImagesLogsParams{}
		if offset != "" {
			params.Offset = Set(offset)
		}
		log, err := s.Logs(ctx, imageID, params, lookUps(until.request(true))...)
		if err != nil {
			return err
		}
		failed := error(nil)
		for event, err := range log.Events() {
			if failed = err; err != nil {
				break
			}
			failures, offset = 0, first(log.Offset(), offset)
			told += strings.Count(strings.TrimSuffix(event.Log, "\n"), "\n") + 1
			if event.Offset != "" {
				heard = max(heard, known+told)
			} else if told <= known {
				continue // a finished log comes as a whole, whatever was heard of it before
			} else {
				heard = max(heard, told)
			}
			if onLog != nil {
				onLog(event)
			}
		}
		if !errors.Is(failed, ErrStreamInterrupted) || failures >= ResumeAttempts {
			return failed
		}
		if err := until.sleep(ctx, backoff(failures, KindStreamInterrupted, until.client.seam.Random())); err != nil {
			return err
		}
		if until.over() {
			return until.fail(log.Response(), "the build of image %s did not end in time", imageID)
		}
	}
}
