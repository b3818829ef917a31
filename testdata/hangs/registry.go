// What is in cases/, by name. Written by whoever builds: scripts/score.mts and the test of the corpus.

package main

import (
	"example.com/hangs/cases/abba"
	"example.com/hangs/cases/abbanames"
	"example.com/hangs/cases/ackpair"
	"example.com/hangs/cases/actor"
	"example.com/hangs/cases/addtwice"
	"example.com/hangs/cases/afterfuncsend"
	"example.com/hangs/cases/archivepipe"
	"example.com/hangs/cases/attachpipe"
	"example.com/hangs/cases/background"
	"example.com/hangs/cases/backpressure"
	"example.com/hangs/cases/balancercallback"
	"example.com/hangs/cases/barrier"
	"example.com/hangs/cases/batchlost"
	"example.com/hangs/cases/busyreaders"
	"example.com/hangs/cases/callback"
	"example.com/hangs/cases/callbackunder"
	"example.com/hangs/cases/cancellost"
	"example.com/hangs/cases/chanunderlock"
	"example.com/hangs/cases/childprocess"
	"example.com/hangs/cases/closeloop"
	"example.com/hangs/cases/closerwait"
	"example.com/hangs/cases/computing"
	"example.com/hangs/cases/condforgot"
	"example.com/hangs/cases/condhttp"
	"example.com/hangs/cases/condidle"
	"example.com/hangs/cases/condwithsecond"
	"example.com/hangs/cases/containerdaemon"
	"example.com/hangs/cases/continueloop"
	"example.com/hangs/cases/copiedlock"
	"example.com/hangs/cases/copylocked"
	"example.com/hangs/cases/crossreads"
	"example.com/hangs/cases/crosswait"
	"example.com/hangs/cases/crowdbehind"
	"example.com/hangs/cases/ctxignored"
	"example.com/hangs/cases/ctxlock"
	"example.com/hangs/cases/ctxparent"
	"example.com/hangs/cases/deadworkers"
	"example.com/hangs/cases/deferinloop"
	"example.com/hangs/cases/deferlock"
	"example.com/hangs/cases/deferloop"
	"example.com/hangs/cases/doublequit"
	"example.com/hangs/cases/drainafter"
	"example.com/hangs/cases/drainedtimer"
	"example.com/hangs/cases/dropcancel"
	"example.com/hangs/cases/droppednote"
	"example.com/hangs/cases/eachother"
	"example.com/hangs/cases/earlydone"
	"example.com/hangs/cases/earlyreturn"
	"example.com/hangs/cases/earlysignal"
	"example.com/hangs/cases/errgroupstop"
	"example.com/hangs/cases/errorpath"
	"example.com/hangs/cases/farticker"
	"example.com/hangs/cases/firstanswer"
	"example.com/hangs/cases/firsterror"
	"example.com/hangs/cases/flight"
	"example.com/hangs/cases/flightpanic"
	"example.com/hangs/cases/flusher"
	"example.com/hangs/cases/forgottenrunlock"
	"example.com/hangs/cases/generic"
	"example.com/hangs/cases/goexit"
	"example.com/hangs/cases/graceful"
	"example.com/hangs/cases/gracefulreturn"
	"example.com/hangs/cases/groupinself"
	"example.com/hangs/cases/handlerleak"
	"example.com/hangs/cases/hcond"
	"example.com/hangs/cases/heartbeat"
	"example.com/hangs/cases/herrgroup"
	"example.com/hangs/cases/hidle"
	"example.com/hangs/cases/hinformer"
	"example.com/hangs/cases/hleader"
	"example.com/hangs/cases/hlongpoll"
	"example.com/hangs/cases/hpipe"
	"example.com/hangs/cases/hpool"
	"example.com/hangs/cases/hpubsub"
	"example.com/hangs/cases/hretry"
	"example.com/hangs/cases/hrw"
	"example.com/hangs/cases/hsem"
	"example.com/hangs/cases/hslow"
	"example.com/hangs/cases/hsql"
	"example.com/hangs/cases/hweb"
	"example.com/hangs/cases/iactors"
	"example.com/hangs/cases/iafter"
	"example.com/hangs/cases/idleactor"
	"example.com/hangs/cases/idlepool"
	"example.com/hangs/cases/idlesql"
	"example.com/hangs/cases/idletcp"
	"example.com/hangs/cases/imainwait"
	"example.com/hangs/cases/inlined"
	"example.com/hangs/cases/inlinedlock"
	"example.com/hangs/cases/inlinedwait"
	"example.com/hangs/cases/interfacelock"
	"example.com/hangs/cases/iquiet"
	"example.com/hangs/cases/ishutdown"
	"example.com/hangs/cases/islowlock"
	"example.com/hangs/cases/istreams"
	"example.com/hangs/cases/layerstore"
	"example.com/hangs/cases/lazystart"
	"example.com/hangs/cases/leakgrowth"
	"example.com/hangs/cases/lease"
	"example.com/hangs/cases/leasekeeper"
	"example.com/hangs/cases/leftparty"
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
	"example.com/hangs/cases/nactorsidle"
	"example.com/hangs/cases/nbesideabba"
	"example.com/hangs/cases/nbesidecond"
	"example.com/hangs/cases/nchild"
	"example.com/hangs/cases/nclosurehold"
	"example.com/hangs/cases/ncondlimit"
	"example.com/hangs/cases/ncontroller"
	"example.com/hangs/cases/ncron"
	"example.com/hangs/cases/ndrain"
	"example.com/hangs/cases/nestedread"
	"example.com/hangs/cases/netpipe"
	"example.com/hangs/cases/neverclose"
	"example.com/hangs/cases/nilnotify"
	"example.com/hangs/cases/niloff"
	"example.com/hangs/cases/nilreceive"
	"example.com/hangs/cases/nilsend"
	"example.com/hangs/cases/nlazypool"
	"example.com/hangs/cases/noreply"
	"example.com/hangs/cases/notifycontext"
	"example.com/hangs/cases/npipelinerest"
	"example.com/hangs/cases/nslowhold"
	"example.com/hangs/cases/nslowloop"
	"example.com/hangs/cases/nslowremote"
	"example.com/hangs/cases/nslowresult"
	"example.com/hangs/cases/nslowsink"
	"example.com/hangs/cases/nslowslots"
	"example.com/hangs/cases/nslowwait"
	"example.com/hangs/cases/ntokenfetch"
	"example.com/hangs/cases/ntokens"
	"example.com/hangs/cases/oldactivate"
	"example.com/hangs/cases/oldreaders"
	"example.com/hangs/cases/oldresult"
	"example.com/hangs/cases/oldstopper"
	"example.com/hangs/cases/oncehttp"
	"example.com/hangs/cases/onceonce"
	"example.com/hangs/cases/onceresult"
	"example.com/hangs/cases/oncering"
	"example.com/hangs/cases/oncewait"
	"example.com/hangs/cases/onecondfortwo"
	"example.com/hangs/cases/onlyone"
	"example.com/hangs/cases/overfull"
	"example.com/hangs/cases/ownpool"
	"example.com/hangs/cases/ownqueue"
	"example.com/hangs/cases/panicrecover"
	"example.com/hangs/cases/panicskips"
	"example.com/hangs/cases/pausedpump"
	"example.com/hangs/cases/pendingreplies"
	"example.com/hangs/cases/pipeidle"
	"example.com/hangs/cases/pipelinestop"
	"example.com/hangs/cases/pipereader"
	"example.com/hangs/cases/pipewriter"
	"example.com/hangs/cases/podstatus"
	"example.com/hangs/cases/pubsub"
	"example.com/hangs/cases/quitfirst"
	"example.com/hangs/cases/rangenotclosed"
	"example.com/hangs/cases/rangetransfer"
	"example.com/hangs/cases/relay"
	"example.com/hangs/cases/remotelocked"
	"example.com/hangs/cases/remoteunderlock"
	"example.com/hangs/cases/requesterleft"
	"example.com/hangs/cases/rereader"
	"example.com/hangs/cases/resultlater"
	"example.com/hangs/cases/resulttimeout"
	"example.com/hangs/cases/rlockforgot"
	"example.com/hangs/cases/rlocksend"
	"example.com/hangs/cases/rlockwaits"
	"example.com/hangs/cases/rwabba"
	"example.com/hangs/cases/rwqueue"
	"example.com/hangs/cases/rwstarved"
	"example.com/hangs/cases/schemaring"
	"example.com/hangs/cases/selectgone"
	"example.com/hangs/cases/selectsend"
	"example.com/hangs/cases/selfcall"
	"example.com/hangs/cases/selfclose"
	"example.com/hangs/cases/semaleak"
	"example.com/hangs/cases/semarace"
	"example.com/hangs/cases/sendunderlock"
	"example.com/hangs/cases/sessions"
	"example.com/hangs/cases/shutdownself"
	"example.com/hangs/cases/sidecar"
	"example.com/hangs/cases/signalone"
	"example.com/hangs/cases/signals"
	"example.com/hangs/cases/signalwrong"
	"example.com/hangs/cases/sleeper"
	"example.com/hangs/cases/slotandlock"
	"example.com/hangs/cases/slotleak"
	"example.com/hangs/cases/slowfuture"
	"example.com/hangs/cases/slowlock"
	"example.com/hangs/cases/slowremote"
	"example.com/hangs/cases/slowsubscriber"
	"example.com/hangs/cases/sortlock"
	"example.com/hangs/cases/sqlpool"
	"example.com/hangs/cases/sqlrows"
	"example.com/hangs/cases/stdinlock"
	"example.com/hangs/cases/stopholdslock"
	"example.com/hangs/cases/stopinloop"
	"example.com/hangs/cases/stoppable"
	"example.com/hangs/cases/stoppedloop"
	"example.com/hangs/cases/stoppedticker"
	"example.com/hangs/cases/stopself"
	"example.com/hangs/cases/stopwatcher"
	"example.com/hangs/cases/stringlock"
	"example.com/hangs/cases/subtests"
	"example.com/hangs/cases/switchbreak"
	"example.com/hangs/cases/tablewait"
	"example.com/hangs/cases/testcleanup"
	"example.com/hangs/cases/threeway"
	"example.com/hangs/cases/tickerstop"
	"example.com/hangs/cases/timedout"
	"example.com/hangs/cases/timerdrain"
	"example.com/hangs/cases/timerleft"
	"example.com/hangs/cases/timerlock"
	"example.com/hangs/cases/tokens"
	"example.com/hangs/cases/twin"
	"example.com/hangs/cases/twinbatch"
	"example.com/hangs/cases/twincond"
	"example.com/hangs/cases/twinlock"
	"example.com/hangs/cases/twins"
	"example.com/hangs/cases/twinselect"
	"example.com/hangs/cases/twinsend"
	"example.com/hangs/cases/twochains"
	"example.com/hangs/cases/twoerrors"
	"example.com/hangs/cases/upgrade"
	"example.com/hangs/cases/upgradelock"
	"example.com/hangs/cases/waitfirst"
	"example.com/hangs/cases/waitgrouplocked"
	"example.com/hangs/cases/waitinlock"
	"example.com/hangs/cases/waitinloop"
	"example.com/hangs/cases/waitself"
	"example.com/hangs/cases/waitsforall"
	"example.com/hangs/cases/waitthendrain"
	"example.com/hangs/cases/waitunderlock"
	"example.com/hangs/cases/watchcachervr"
	"example.com/hangs/cases/watchers"
	"example.com/hangs/cases/watchselect"
	"example.com/hangs/cases/weighted"
	"example.com/hangs/cases/wgblocked"
	"example.com/hangs/cases/wgreuse"
	"example.com/hangs/cases/wgunderlock"
	"example.com/hangs/cases/wrongcond"
	"example.com/hangs/cases/xerrgroup"
	"example.com/hangs/cases/xsemaphore"
)

var cases = map[string]func(){
	"abba":             abba.Run,
	"abbanames":        abbanames.Run,
	"ackpair":          ackpair.Run,
	"actor":            actor.Run,
	"addtwice":         addtwice.Run,
	"afterfuncsend":    afterfuncsend.Run,
	"archivepipe":      archivepipe.Run,
	"attachpipe":       attachpipe.Run,
	"background":       background.Run,
	"backpressure":     backpressure.Run,
	"balancercallback": balancercallback.Run,
	"barrier":          barrier.Run,
	"batchlost":        batchlost.Run,
	"busyreaders":      busyreaders.Run,
	"callback":         callback.Run,
	"callbackunder":    callbackunder.Run,
	"cancellost":       cancellost.Run,
	"chanunderlock":    chanunderlock.Run,
	"childprocess":     childprocess.Run,
	"closeloop":        closeloop.Run,
	"closerwait":       closerwait.Run,
	"computing":        computing.Run,
	"condforgot":       condforgot.Run,
	"condhttp":         condhttp.Run,
	"condidle":         condidle.Run,
	"condwithsecond":   condwithsecond.Run,
	"containerdaemon":  containerdaemon.Run,
	"continueloop":     continueloop.Run,
	"copiedlock":       copiedlock.Run,
	"copylocked":       copylocked.Run,
	"crossreads":       crossreads.Run,
	"crosswait":        crosswait.Run,
	"crowdbehind":      crowdbehind.Run,
	"ctxignored":       ctxignored.Run,
	"ctxlock":          ctxlock.Run,
	"ctxparent":        ctxparent.Run,
	"deadworkers":      deadworkers.Run,
	"deferinloop":      deferinloop.Run,
	"deferlock":        deferlock.Run,
	"deferloop":        deferloop.Run,
	"doublequit":       doublequit.Run,
	"drainafter":       drainafter.Run,
	"drainedtimer":     drainedtimer.Run,
	"dropcancel":       dropcancel.Run,
	"droppednote":      droppednote.Run,
	"eachother":        eachother.Run,
	"earlydone":        earlydone.Run,
	"earlyreturn":      earlyreturn.Run,
	"earlysignal":      earlysignal.Run,
	"errgroupstop":     errgroupstop.Run,
	"errorpath":        errorpath.Run,
	"farticker":        farticker.Run,
	"firstanswer":      firstanswer.Run,
	"firsterror":       firsterror.Run,
	"flight":           flight.Run,
	"flightpanic":      flightpanic.Run,
	"flusher":          flusher.Run,
	"forgottenrunlock": forgottenrunlock.Run,
	"generic":          generic.Run,
	"goexit":           goexit.Run,
	"graceful":         graceful.Run,
	"gracefulreturn":   gracefulreturn.Run,
	"groupinself":      groupinself.Run,
	"handlerleak":      handlerleak.Run,
	"hcond":            hcond.Run,
	"heartbeat":        heartbeat.Run,
	"herrgroup":        herrgroup.Run,
	"hidle":            hidle.Run,
	"hinformer":        hinformer.Run,
	"hleader":          hleader.Run,
	"hlongpoll":        hlongpoll.Run,
	"hpipe":            hpipe.Run,
	"hpool":            hpool.Run,
	"hpubsub":          hpubsub.Run,
	"hretry":           hretry.Run,
	"hrw":              hrw.Run,
	"hsem":             hsem.Run,
	"hslow":            hslow.Run,
	"hsql":             hsql.Run,
	"hweb":             hweb.Run,
	"iactors":          iactors.Run,
	"iafter":           iafter.Run,
	"idleactor":        idleactor.Run,
	"idlepool":         idlepool.Run,
	"idlesql":          idlesql.Run,
	"idletcp":          idletcp.Run,
	"imainwait":        imainwait.Run,
	"inlined":          inlined.Run,
	"inlinedlock":      inlinedlock.Run,
	"inlinedwait":      inlinedwait.Run,
	"interfacelock":    interfacelock.Run,
	"iquiet":           iquiet.Run,
	"ishutdown":        ishutdown.Run,
	"islowlock":        islowlock.Run,
	"istreams":         istreams.Run,
	"layerstore":       layerstore.Run,
	"lazystart":        lazystart.Run,
	"leakgrowth":       leakgrowth.Run,
	"lease":            lease.Run,
	"leasekeeper":      leasekeeper.Run,
	"leftparty":        leftparty.Run,
	"limiter":          limiter.Run,
	"lockedsleep":      lockedsleep.Run,
	"lockedthread":     lockedthread.Run,
	"logfull":          logfull.Run,
	"longpoll":         longpoll.Run,
	"lostreply":        lostreply.Run,
	"manyrooms":        manyrooms.Run,
	"mapofchans":       mapofchans.Run,
	"methodvalue":      methodvalue.Run,
	"missedsignal":     missedsignal.Run,
	"missingdone":      missingdone.Run,
	"nactorsidle":      nactorsidle.Run,
	"nbesideabba":      nbesideabba.Run,
	"nbesidecond":      nbesidecond.Run,
	"nchild":           nchild.Run,
	"nclosurehold":     nclosurehold.Run,
	"ncondlimit":       ncondlimit.Run,
	"ncontroller":      ncontroller.Run,
	"ncron":            ncron.Run,
	"ndrain":           ndrain.Run,
	"nestedread":       nestedread.Run,
	"netpipe":          netpipe.Run,
	"neverclose":       neverclose.Run,
	"nilnotify":        nilnotify.Run,
	"niloff":           niloff.Run,
	"nilreceive":       nilreceive.Run,
	"nilsend":          nilsend.Run,
	"nlazypool":        nlazypool.Run,
	"noreply":          noreply.Run,
	"notifycontext":    notifycontext.Run,
	"npipelinerest":    npipelinerest.Run,
	"nslowhold":        nslowhold.Run,
	"nslowloop":        nslowloop.Run,
	"nslowremote":      nslowremote.Run,
	"nslowresult":      nslowresult.Run,
	"nslowsink":        nslowsink.Run,
	"nslowslots":       nslowslots.Run,
	"nslowwait":        nslowwait.Run,
	"ntokenfetch":      ntokenfetch.Run,
	"ntokens":          ntokens.Run,
	"oldactivate":      oldactivate.Run,
	"oldreaders":       oldreaders.Run,
	"oldresult":        oldresult.Run,
	"oldstopper":       oldstopper.Run,
	"oncehttp":         oncehttp.Run,
	"onceonce":         onceonce.Run,
	"onceresult":       onceresult.Run,
	"oncering":         oncering.Run,
	"oncewait":         oncewait.Run,
	"onecondfortwo":    onecondfortwo.Run,
	"onlyone":          onlyone.Run,
	"overfull":         overfull.Run,
	"ownpool":          ownpool.Run,
	"ownqueue":         ownqueue.Run,
	"panicrecover":     panicrecover.Run,
	"panicskips":       panicskips.Run,
	"pausedpump":       pausedpump.Run,
	"pendingreplies":   pendingreplies.Run,
	"pipeidle":         pipeidle.Run,
	"pipelinestop":     pipelinestop.Run,
	"pipereader":       pipereader.Run,
	"pipewriter":       pipewriter.Run,
	"podstatus":        podstatus.Run,
	"pubsub":           pubsub.Run,
	"quitfirst":        quitfirst.Run,
	"rangenotclosed":   rangenotclosed.Run,
	"rangetransfer":    rangetransfer.Run,
	"relay":            relay.Run,
	"remotelocked":     remotelocked.Run,
	"remoteunderlock":  remoteunderlock.Run,
	"requesterleft":    requesterleft.Run,
	"rereader":         rereader.Run,
	"resultlater":      resultlater.Run,
	"resulttimeout":    resulttimeout.Run,
	"rlockforgot":      rlockforgot.Run,
	"rlocksend":        rlocksend.Run,
	"rlockwaits":       rlockwaits.Run,
	"rwabba":           rwabba.Run,
	"rwqueue":          rwqueue.Run,
	"rwstarved":        rwstarved.Run,
	"schemaring":       schemaring.Run,
	"selectgone":       selectgone.Run,
	"selectsend":       selectsend.Run,
	"selfcall":         selfcall.Run,
	"selfclose":        selfclose.Run,
	"semaleak":         semaleak.Run,
	"semarace":         semarace.Run,
	"sendunderlock":    sendunderlock.Run,
	"sessions":         sessions.Run,
	"shutdownself":     shutdownself.Run,
	"sidecar":          sidecar.Run,
	"signalone":        signalone.Run,
	"signals":          signals.Run,
	"signalwrong":      signalwrong.Run,
	"sleeper":          sleeper.Run,
	"slotandlock":      slotandlock.Run,
	"slotleak":         slotleak.Run,
	"slowfuture":       slowfuture.Run,
	"slowlock":         slowlock.Run,
	"slowremote":       slowremote.Run,
	"slowsubscriber":   slowsubscriber.Run,
	"sortlock":         sortlock.Run,
	"sqlpool":          sqlpool.Run,
	"sqlrows":          sqlrows.Run,
	"stdinlock":        stdinlock.Run,
	"stopholdslock":    stopholdslock.Run,
	"stopinloop":       stopinloop.Run,
	"stoppable":        stoppable.Run,
	"stoppedloop":      stoppedloop.Run,
	"stoppedticker":    stoppedticker.Run,
	"stopself":         stopself.Run,
	"stopwatcher":      stopwatcher.Run,
	"stringlock":       stringlock.Run,
	"subtests":         subtests.Run,
	"switchbreak":      switchbreak.Run,
	"tablewait":        tablewait.Run,
	"testcleanup":      testcleanup.Run,
	"threeway":         threeway.Run,
	"tickerstop":       tickerstop.Run,
	"timedout":         timedout.Run,
	"timerdrain":       timerdrain.Run,
	"timerleft":        timerleft.Run,
	"timerlock":        timerlock.Run,
	"tokens":           tokens.Run,
	"twin":             twin.Run,
	"twinbatch":        twinbatch.Run,
	"twincond":         twincond.Run,
	"twinlock":         twinlock.Run,
	"twins":            twins.Run,
	"twinselect":       twinselect.Run,
	"twinsend":         twinsend.Run,
	"twochains":        twochains.Run,
	"twoerrors":        twoerrors.Run,
	"upgrade":          upgrade.Run,
	"upgradelock":      upgradelock.Run,
	"waitfirst":        waitfirst.Run,
	"waitgrouplocked":  waitgrouplocked.Run,
	"waitinlock":       waitinlock.Run,
	"waitinloop":       waitinloop.Run,
	"waitself":         waitself.Run,
	"waitsforall":      waitsforall.Run,
	"waitthendrain":    waitthendrain.Run,
	"waitunderlock":    waitunderlock.Run,
	"watchcachervr":    watchcachervr.Run,
	"watchers":         watchers.Run,
	"watchselect":      watchselect.Run,
	"weighted":         weighted.Run,
	"wgblocked":        wgblocked.Run,
	"wgreuse":          wgreuse.Run,
	"wgunderlock":      wgunderlock.Run,
	"wrongcond":        wrongcond.Run,
	"xerrgroup":        xerrgroup.Run,
	"xsemaphore":       xsemaphore.Run,
}
