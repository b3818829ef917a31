// What is in cases/, by name. Written by whoever builds: scripts/score.mts and the test of the corpus.

package main

import (
	"example.com/hangs/cases/abba"
	"example.com/hangs/cases/abbanames"
	"example.com/hangs/cases/ackpair"
	"example.com/hangs/cases/actor"
	"example.com/hangs/cases/afterfuncsend"
	"example.com/hangs/cases/background"
	"example.com/hangs/cases/backpressure"
	"example.com/hangs/cases/barrier"
	"example.com/hangs/cases/batchlost"
	"example.com/hangs/cases/busyreaders"
	"example.com/hangs/cases/callback"
	"example.com/hangs/cases/chanunderlock"
	"example.com/hangs/cases/childprocess"
	"example.com/hangs/cases/closeloop"
	"example.com/hangs/cases/computing"
	"example.com/hangs/cases/condforgot"
	"example.com/hangs/cases/condhttp"
	"example.com/hangs/cases/condidle"
	"example.com/hangs/cases/continueloop"
	"example.com/hangs/cases/copylocked"
	"example.com/hangs/cases/ctxlock"
	"example.com/hangs/cases/deadworkers"
	"example.com/hangs/cases/deferlock"
	"example.com/hangs/cases/deferloop"
	"example.com/hangs/cases/drainafter"
	"example.com/hangs/cases/dropcancel"
	"example.com/hangs/cases/eachother"
	"example.com/hangs/cases/earlyreturn"
	"example.com/hangs/cases/errgroupstop"
	"example.com/hangs/cases/errorpath"
	"example.com/hangs/cases/farticker"
	"example.com/hangs/cases/firstanswer"
	"example.com/hangs/cases/flight"
	"example.com/hangs/cases/flusher"
	"example.com/hangs/cases/generic"
	"example.com/hangs/cases/graceful"
	"example.com/hangs/cases/handlerleak"
	"example.com/hangs/cases/heartbeat"
	"example.com/hangs/cases/idleactor"
	"example.com/hangs/cases/idlepool"
	"example.com/hangs/cases/idlesql"
	"example.com/hangs/cases/idletcp"
	"example.com/hangs/cases/inlined"
	"example.com/hangs/cases/inlinedlock"
	"example.com/hangs/cases/inlinedwait"
	"example.com/hangs/cases/interfacelock"
	"example.com/hangs/cases/lazystart"
	"example.com/hangs/cases/lease"
	"example.com/hangs/cases/limiter"
	"example.com/hangs/cases/lockedsleep"
	"example.com/hangs/cases/lockedthread"
	"example.com/hangs/cases/logfull"
	"example.com/hangs/cases/longpoll"
	"example.com/hangs/cases/lostreply"
	"example.com/hangs/cases/manyrooms"
	"example.com/hangs/cases/mapofchans"
	"example.com/hangs/cases/methodvalue"
	"example.com/hangs/cases/missedsignal"
	"example.com/hangs/cases/missingdone"
	"example.com/hangs/cases/nestedread"
	"example.com/hangs/cases/netpipe"
	"example.com/hangs/cases/neverclose"
	"example.com/hangs/cases/niloff"
	"example.com/hangs/cases/nilreceive"
	"example.com/hangs/cases/nilsend"
	"example.com/hangs/cases/noreply"
	"example.com/hangs/cases/notifycontext"
	"example.com/hangs/cases/oncehttp"
	"example.com/hangs/cases/onceonce"
	"example.com/hangs/cases/oncewait"
	"example.com/hangs/cases/onlyone"
	"example.com/hangs/cases/ownpool"
	"example.com/hangs/cases/ownqueue"
	"example.com/hangs/cases/panicrecover"
	"example.com/hangs/cases/pausedpump"
	"example.com/hangs/cases/pipeidle"
	"example.com/hangs/cases/pipereader"
	"example.com/hangs/cases/pipewriter"
	"example.com/hangs/cases/pubsub"
	"example.com/hangs/cases/remoteunderlock"
	"example.com/hangs/cases/rereader"
	"example.com/hangs/cases/resultlater"
	"example.com/hangs/cases/rlockforgot"
	"example.com/hangs/cases/rwabba"
	"example.com/hangs/cases/rwqueue"
	"example.com/hangs/cases/rwstarved"
	"example.com/hangs/cases/selectgone"
	"example.com/hangs/cases/selectsend"
	"example.com/hangs/cases/selfcall"
	"example.com/hangs/cases/semaleak"
	"example.com/hangs/cases/semarace"
	"example.com/hangs/cases/sessions"
	"example.com/hangs/cases/shutdownself"
	"example.com/hangs/cases/sidecar"
	"example.com/hangs/cases/signals"
	"example.com/hangs/cases/signalwrong"
	"example.com/hangs/cases/sleeper"
	"example.com/hangs/cases/slowfuture"
	"example.com/hangs/cases/slowlock"
	"example.com/hangs/cases/slowremote"
	"example.com/hangs/cases/slowsubscriber"
	"example.com/hangs/cases/sortlock"
	"example.com/hangs/cases/sqlpool"
	"example.com/hangs/cases/stdinlock"
	"example.com/hangs/cases/stoppable"
	"example.com/hangs/cases/stopself"
	"example.com/hangs/cases/stringlock"
	"example.com/hangs/cases/subtests"
	"example.com/hangs/cases/switchbreak"
	"example.com/hangs/cases/tablewait"
	"example.com/hangs/cases/testcleanup"
	"example.com/hangs/cases/threeway"
	"example.com/hangs/cases/tickerstop"
	"example.com/hangs/cases/timedout"
	"example.com/hangs/cases/timerdrain"
	"example.com/hangs/cases/timerlock"
	"example.com/hangs/cases/tokens"
	"example.com/hangs/cases/twin"
	"example.com/hangs/cases/twinbatch"
	"example.com/hangs/cases/twincond"
	"example.com/hangs/cases/twinlock"
	"example.com/hangs/cases/twinselect"
	"example.com/hangs/cases/twinsend"
	"example.com/hangs/cases/twochains"
	"example.com/hangs/cases/twoerrors"
	"example.com/hangs/cases/upgrade"
	"example.com/hangs/cases/waitfirst"
	"example.com/hangs/cases/waitinlock"
	"example.com/hangs/cases/waitself"
	"example.com/hangs/cases/waitsforall"
	"example.com/hangs/cases/watchers"
	"example.com/hangs/cases/wgblocked"
	"example.com/hangs/cases/wgreuse"
	"example.com/hangs/cases/wgunderlock"
	"example.com/hangs/cases/xerrgroup"
	"example.com/hangs/cases/xsemaphore"
)

var cases = map[string]func(){
	"abba":            abba.Run,
	"abbanames":       abbanames.Run,
	"ackpair":         ackpair.Run,
	"actor":           actor.Run,
	"afterfuncsend":   afterfuncsend.Run,
	"background":      background.Run,
	"backpressure":    backpressure.Run,
	"barrier":         barrier.Run,
	"batchlost":       batchlost.Run,
	"busyreaders":     busyreaders.Run,
	"callback":        callback.Run,
	"chanunderlock":   chanunderlock.Run,
	"childprocess":    childprocess.Run,
	"closeloop":       closeloop.Run,
	"computing":       computing.Run,
	"condforgot":      condforgot.Run,
	"condhttp":        condhttp.Run,
	"condidle":        condidle.Run,
	"continueloop":    continueloop.Run,
	"copylocked":      copylocked.Run,
	"ctxlock":         ctxlock.Run,
	"deadworkers":     deadworkers.Run,
	"deferlock":       deferlock.Run,
	"deferloop":       deferloop.Run,
	"drainafter":      drainafter.Run,
	"dropcancel":      dropcancel.Run,
	"eachother":       eachother.Run,
	"earlyreturn":     earlyreturn.Run,
	"errgroupstop":    errgroupstop.Run,
	"errorpath":       errorpath.Run,
	"farticker":       farticker.Run,
	"firstanswer":     firstanswer.Run,
	"flight":          flight.Run,
	"flusher":         flusher.Run,
	"generic":         generic.Run,
	"graceful":        graceful.Run,
	"handlerleak":     handlerleak.Run,
	"heartbeat":       heartbeat.Run,
	"idleactor":       idleactor.Run,
	"idlepool":        idlepool.Run,
	"idlesql":         idlesql.Run,
	"idletcp":         idletcp.Run,
	"inlined":         inlined.Run,
	"inlinedlock":     inlinedlock.Run,
	"inlinedwait":     inlinedwait.Run,
	"interfacelock":   interfacelock.Run,
	"lazystart":       lazystart.Run,
	"lease":           lease.Run,
	"limiter":         limiter.Run,
	"lockedsleep":     lockedsleep.Run,
	"lockedthread":    lockedthread.Run,
	"logfull":         logfull.Run,
	"longpoll":        longpoll.Run,
	"lostreply":       lostreply.Run,
	"manyrooms":       manyrooms.Run,
	"mapofchans":      mapofchans.Run,
	"methodvalue":     methodvalue.Run,
	"missedsignal":    missedsignal.Run,
	"missingdone":     missingdone.Run,
	"nestedread":      nestedread.Run,
	"netpipe":         netpipe.Run,
	"neverclose":      neverclose.Run,
	"niloff":          niloff.Run,
	"nilreceive":      nilreceive.Run,
	"nilsend":         nilsend.Run,
	"noreply":         noreply.Run,
	"notifycontext":   notifycontext.Run,
	"oncehttp":        oncehttp.Run,
	"onceonce":        onceonce.Run,
	"oncewait":        oncewait.Run,
	"onlyone":         onlyone.Run,
	"ownpool":         ownpool.Run,
	"ownqueue":        ownqueue.Run,
	"panicrecover":    panicrecover.Run,
	"pausedpump":      pausedpump.Run,
	"pipeidle":        pipeidle.Run,
	"pipereader":      pipereader.Run,
	"pipewriter":      pipewriter.Run,
	"pubsub":          pubsub.Run,
	"remoteunderlock": remoteunderlock.Run,
	"rereader":        rereader.Run,
	"resultlater":     resultlater.Run,
	"rlockforgot":     rlockforgot.Run,
	"rwabba":          rwabba.Run,
	"rwqueue":         rwqueue.Run,
	"rwstarved":       rwstarved.Run,
	"selectgone":      selectgone.Run,
	"selectsend":      selectsend.Run,
	"selfcall":        selfcall.Run,
	"semaleak":        semaleak.Run,
	"semarace":        semarace.Run,
	"sessions":        sessions.Run,
	"shutdownself":    shutdownself.Run,
	"sidecar":         sidecar.Run,
	"signals":         signals.Run,
	"signalwrong":     signalwrong.Run,
	"sleeper":         sleeper.Run,
	"slowfuture":      slowfuture.Run,
	"slowlock":        slowlock.Run,
	"slowremote":      slowremote.Run,
	"slowsubscriber":  slowsubscriber.Run,
	"sortlock":        sortlock.Run,
	"sqlpool":         sqlpool.Run,
	"stdinlock":       stdinlock.Run,
	"stoppable":       stoppable.Run,
	"stopself":        stopself.Run,
	"stringlock":      stringlock.Run,
	"subtests":        subtests.Run,
	"switchbreak":     switchbreak.Run,
	"tablewait":       tablewait.Run,
	"testcleanup":     testcleanup.Run,
	"threeway":        threeway.Run,
	"tickerstop":      tickerstop.Run,
	"timedout":        timedout.Run,
	"timerdrain":      timerdrain.Run,
	"timerlock":       timerlock.Run,
	"tokens":          tokens.Run,
	"twin":            twin.Run,
	"twinbatch":       twinbatch.Run,
	"twincond":        twincond.Run,
	"twinlock":        twinlock.Run,
	"twinselect":      twinselect.Run,
	"twinsend":        twinsend.Run,
	"twochains":       twochains.Run,
	"twoerrors":       twoerrors.Run,
	"upgrade":         upgrade.Run,
	"waitfirst":       waitfirst.Run,
	"waitinlock":      waitinlock.Run,
	"waitself":        waitself.Run,
	"waitsforall":     waitsforall.Run,
	"watchers":        watchers.Run,
	"wgblocked":       wgblocked.Run,
	"wgreuse":         wgreuse.Run,
	"wgunderlock":     wgunderlock.Run,
	"xerrgroup":       xerrgroup.Run,
	"xsemaphore":      xsemaphore.Run,
}
