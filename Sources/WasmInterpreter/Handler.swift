// Written by scripts/generate-handlers: change that script, not this file.

/// Numbers of the handlers in the C dispatch loop: the first member of each family.
enum Handler {
  /// Numbers below this one have a result; the same word without a slot for it is this much further.
  static let resultCount: UInt16 = 1565
  static let i32Add: UInt16 = 0
  static let i32Sub: UInt16 = 5
  static let i32Mul: UInt16 = 10
  static let i32And: UInt16 = 15
  static let i32Or: UInt16 = 20
  static let i32Xor: UInt16 = 25
  static let i32Shl: UInt16 = 30
  static let i32ShrS: UInt16 = 35
  static let i32ShrU: UInt16 = 40
  static let i32Rotl: UInt16 = 45
  static let i32Rotr: UInt16 = 50
  static let i32DivS: UInt16 = 55
  static let i32DivU: UInt16 = 60
  static let i32RemS: UInt16 = 65
  static let i32RemU: UInt16 = 70
  static let i32Eq: UInt16 = 75
  static let i32Ne: UInt16 = 79
  static let i32LtS: UInt16 = 83
  static let i32LtU: UInt16 = 87
  static let i32GtS: UInt16 = 91
  static let i32GtU: UInt16 = 95
  static let i32LeS: UInt16 = 99
  static let i32LeU: UInt16 = 103
  static let i32GeS: UInt16 = 107
  static let i32GeU: UInt16 = 111
  static let i64Add: UInt16 = 115
  static let i64Sub: UInt16 = 120
  static let i64Mul: UInt16 = 125
  static let i64And: UInt16 = 130
  static let i64Or: UInt16 = 135
  static let i64Xor: UInt16 = 140
  static let i64Shl: UInt16 = 145
  static let i64ShrS: UInt16 = 150
  static let i64ShrU: UInt16 = 155
  static let i64Rotl: UInt16 = 160
  static let i64Rotr: UInt16 = 165
  static let i64DivS: UInt16 = 170
  static let i64DivU: UInt16 = 175
  static let i64RemS: UInt16 = 180
  static let i64RemU: UInt16 = 185
  static let i64Eq: UInt16 = 190
  static let i64Ne: UInt16 = 194
  static let i64LtS: UInt16 = 198
  static let i64LtU: UInt16 = 202
  static let i64GtS: UInt16 = 206
  static let i64GtU: UInt16 = 210
  static let i64LeS: UInt16 = 214
  static let i64LeU: UInt16 = 218
  static let i64GeS: UInt16 = 222
  static let i64GeU: UInt16 = 226
  static let f32Add: UInt16 = 230
  static let f32Sub: UInt16 = 237
  static let f32Mul: UInt16 = 244
  static let f32Div: UInt16 = 251
  static let f32Min: UInt16 = 258
  static let f32Max: UInt16 = 265
  static let f32Copysign: UInt16 = 272
  static let f32Eq: UInt16 = 279
  static let f32Ne: UInt16 = 283
  static let f32Lt: UInt16 = 287
  static let f32Gt: UInt16 = 291
  static let f32Le: UInt16 = 295
  static let f32Ge: UInt16 = 299
  static let f64Add: UInt16 = 303
  static let f64Sub: UInt16 = 310
  static let f64Mul: UInt16 = 317
  static let f64Div: UInt16 = 324
  static let f64Min: UInt16 = 331
  static let f64Max: UInt16 = 338
  static let f64Copysign: UInt16 = 345
  static let f64Eq: UInt16 = 352
  static let f64Ne: UInt16 = 356
  static let f64Lt: UInt16 = 360
  static let f64Gt: UInt16 = 364
  static let f64Le: UInt16 = 368
  static let f64Ge: UInt16 = 372
  static let i32Clz: UInt16 = 376
  static let i32Ctz: UInt16 = 378
  static let i32Popcnt: UInt16 = 380
  static let i32Extend8S: UInt16 = 382
  static let i32Extend16S: UInt16 = 384
  static let i64Clz: UInt16 = 386
  static let i64Ctz: UInt16 = 388
  static let i64Popcnt: UInt16 = 390
  static let i64Extend8S: UInt16 = 392
  static let i64Extend16S: UInt16 = 394
  static let i64Extend32S: UInt16 = 396
  static let f32Abs: UInt16 = 398
  static let f32Neg: UInt16 = 400
  static let f32Ceil: UInt16 = 402
  static let f32Floor: UInt16 = 404
  static let f32Trunc: UInt16 = 406
  static let f32Nearest: UInt16 = 408
  static let f32Sqrt: UInt16 = 410
  static let f64Abs: UInt16 = 412
  static let f64Neg: UInt16 = 414
  static let f64Ceil: UInt16 = 416
  static let f64Floor: UInt16 = 418
  static let f64Trunc: UInt16 = 420
  static let f64Nearest: UInt16 = 422
  static let f64Sqrt: UInt16 = 424
  static let i32WrapI64: UInt16 = 426
  static let i64ExtendI32S: UInt16 = 428
  static let i64ExtendI32U: UInt16 = 430
  static let i32TruncF32S: UInt16 = 432
  static let i32TruncSatF32S: UInt16 = 434
  static let i32TruncF64S: UInt16 = 436
  static let i32TruncSatF64S: UInt16 = 438
  static let i32TruncF32U: UInt16 = 440
  static let i32TruncSatF32U: UInt16 = 442
  static let i32TruncF64U: UInt16 = 444
  static let i32TruncSatF64U: UInt16 = 446
  static let i64TruncF32S: UInt16 = 448
  static let i64TruncSatF32S: UInt16 = 450
  static let i64TruncF64S: UInt16 = 452
  static let i64TruncSatF64S: UInt16 = 454
  static let i64TruncF32U: UInt16 = 456
  static let i64TruncSatF32U: UInt16 = 458
  static let i64TruncF64U: UInt16 = 460
  static let i64TruncSatF64U: UInt16 = 462
  static let f32ConvertI32S: UInt16 = 464
  static let f32ConvertI32U: UInt16 = 466
  static let f32ConvertI64S: UInt16 = 468
  static let f32ConvertI64U: UInt16 = 470
  static let f64ConvertI32S: UInt16 = 472
  static let f64ConvertI32U: UInt16 = 474
  static let f64ConvertI64S: UInt16 = 476
  static let f64ConvertI64U: UInt16 = 478
  static let f32DemoteF64: UInt16 = 480
  static let f64PromoteF32: UInt16 = 482
  static let i32ReinterpretF32: UInt16 = 484
  static let i64ReinterpretF64: UInt16 = 486
  static let f32ReinterpretI32: UInt16 = 488
  static let f64ReinterpretI64: UInt16 = 490
  static let i32AddShl: UInt16 = 492
  static let f64MulAdd: UInt16 = 495
  static let f64MulSub: UInt16 = 497
  static let f32Canonical: UInt16 = 499
  static let f64Canonical: UInt16 = 500
  static let i32Load: UInt16 = 501
  static let i64Load: UInt16 = 518
  static let f32Load: UInt16 = 535
  static let f64Load: UInt16 = 552
  static let i32Load8S: UInt16 = 569
  static let i32Load8U: UInt16 = 577
  static let i32Load16S: UInt16 = 585
  static let i32Load16U: UInt16 = 602
  static let i64Load8S: UInt16 = 619
  static let i64Load8U: UInt16 = 627
  static let i64Load16S: UInt16 = 635
  static let i64Load16U: UInt16 = 652
  static let i64Load32S: UInt16 = 669
  static let i64Load32U: UInt16 = 686
  static let i32Store: UInt16 = 3130
  static let i64Store: UInt16 = 3157
  static let f32Store: UInt16 = 3184
  static let f64Store: UInt16 = 3202
  static let i32Store8: UInt16 = 3220
  static let i32Store16: UInt16 = 3235
  static let i64Store8: UInt16 = 3262
  static let i64Store16: UInt16 = 3277
  static let i64Store32: UInt16 = 3304
  static let addressFar: UInt16 = 703
  static let memoryAt32: UInt16 = 704
  static let memoryAt64: UInt16 = 705
  static let atomicAligned: UInt16 = 3331
  static let atomicWait: UInt16 = 3332
  static let atomicRmw8Add: UInt16 = 706
  static let atomicRmw8Sub: UInt16 = 707
  static let atomicRmw8And: UInt16 = 708
  static let atomicRmw8Or: UInt16 = 709
  static let atomicRmw8Xor: UInt16 = 710
  static let atomicRmw8Xchg: UInt16 = 711
  static let atomicRmw8Cmpxchg: UInt16 = 712
  static let atomicRmw16Add: UInt16 = 713
  static let atomicRmw16Sub: UInt16 = 714
  static let atomicRmw16And: UInt16 = 715
  static let atomicRmw16Or: UInt16 = 716
  static let atomicRmw16Xor: UInt16 = 717
  static let atomicRmw16Xchg: UInt16 = 718
  static let atomicRmw16Cmpxchg: UInt16 = 719
  static let atomicRmw32Add: UInt16 = 720
  static let atomicRmw32Sub: UInt16 = 721
  static let atomicRmw32And: UInt16 = 722
  static let atomicRmw32Or: UInt16 = 723
  static let atomicRmw32Xor: UInt16 = 724
  static let atomicRmw32Xchg: UInt16 = 725
  static let atomicRmw32Cmpxchg: UInt16 = 726
  static let atomicRmw64Add: UInt16 = 727
  static let atomicRmw64Sub: UInt16 = 728
  static let atomicRmw64And: UInt16 = 729
  static let atomicRmw64Or: UInt16 = 730
  static let atomicRmw64Xor: UInt16 = 731
  static let atomicRmw64Xchg: UInt16 = 732
  static let atomicRmw64Cmpxchg: UInt16 = 733
  static let memoryBack: UInt16 = 3333
  static let memorySizeOf: UInt16 = 734
  static let tableIndex: UInt16 = 735
  static let brI32Eq: UInt16 = 3334
  static let brI32Ne: UInt16 = 3338
  static let brI32LtS: UInt16 = 3342
  static let brI32LtU: UInt16 = 3346
  static let brI32GtS: UInt16 = 3350
  static let brI32GtU: UInt16 = 3354
  static let brI32LeS: UInt16 = 3358
  static let brI32LeU: UInt16 = 3362
  static let brI32GeS: UInt16 = 3366
  static let brI32GeU: UInt16 = 3370
  static let brI64Eq: UInt16 = 3374
  static let brI64Ne: UInt16 = 3378
  static let brI64LtS: UInt16 = 3382
  static let brI64LtU: UInt16 = 3386
  static let brI64GtS: UInt16 = 3390
  static let brI64GtU: UInt16 = 3394
  static let brI64LeS: UInt16 = 3398
  static let brI64LeU: UInt16 = 3402
  static let brI64GeS: UInt16 = 3406
  static let brI64GeU: UInt16 = 3410
  static let brF32Eq: UInt16 = 3414
  static let brF32Ne: UInt16 = 3418
  static let brF32Lt: UInt16 = 3422
  static let brF32Gt: UInt16 = 3426
  static let brF32Le: UInt16 = 3430
  static let brF32Ge: UInt16 = 3434
  static let brF32Nlt: UInt16 = 3438
  static let brF32Ngt: UInt16 = 3442
  static let brF32Nle: UInt16 = 3446
  static let brF32Nge: UInt16 = 3450
  static let brF64Eq: UInt16 = 3454
  static let brF64Ne: UInt16 = 3458
  static let brF64Lt: UInt16 = 3462
  static let brF64Gt: UInt16 = 3466
  static let brF64Le: UInt16 = 3470
  static let brF64Ge: UInt16 = 3474
  static let brF64Nlt: UInt16 = 3478
  static let brF64Ngt: UInt16 = 3482
  static let brF64Nle: UInt16 = 3486
  static let brF64Nge: UInt16 = 3490
  static let br: UInt16 = 3494
  static let brTable: UInt16 = 3495
  static let select: UInt16 = 736
  static let selectI32Eq: UInt16 = 738
  static let selectI32Ne: UInt16 = 740
  static let selectI32LtS: UInt16 = 742
  static let selectI32LtU: UInt16 = 744
  static let selectI32GtS: UInt16 = 746
  static let selectI32GtU: UInt16 = 748
  static let selectI32LeS: UInt16 = 750
  static let selectI32LeU: UInt16 = 752
  static let selectI32GeS: UInt16 = 754
  static let selectI32GeU: UInt16 = 756
  static let selectI64Eq: UInt16 = 758
  static let selectI64Ne: UInt16 = 760
  static let selectI64LtS: UInt16 = 762
  static let selectI64LtU: UInt16 = 764
  static let selectI64GtS: UInt16 = 766
  static let selectI64GtU: UInt16 = 768
  static let selectI64LeS: UInt16 = 770
  static let selectI64LeU: UInt16 = 772
  static let selectI64GeS: UInt16 = 774
  static let selectI64GeU: UInt16 = 776
  static let const32: UInt16 = 3499
  static let const64: UInt16 = 3500
  static let move: UInt16 = 3501
  static let moveFar: UInt16 = 3502
  static let enter: UInt16 = 3503
  static let fuel: UInt16 = 3504
  static let unreachable: UInt16 = 3505
  static let globalGet: UInt16 = 778
  static let globalSetS: UInt16 = 3506
  static let globalSetA: UInt16 = 3507
  static let tableGet: UInt16 = 779
  static let tableSet: UInt16 = 3508
  static let tableSize: UInt16 = 780
  static let refIsNull: UInt16 = 781
  static let memorySize: UInt16 = 782
  static let memoryFill: UInt16 = 3509
  static let memoryCopy: UInt16 = 3510
  static let service: UInt16 = 3511
  static let call: UInt16 = 3512
  static let callExternal: UInt16 = 3513
  static let callIndirectS: UInt16 = 3514
  static let callIndirectA: UInt16 = 3515
  static let callRefS: UInt16 = 3516
  static let callRefA: UInt16 = 3517
  static let returnCallRefS: UInt16 = 3518
  static let returnCallRefA: UInt16 = 3519
  static let refAsNonNull: UInt16 = 3520
  static let returnCall: UInt16 = 3521
  static let returnCallIndirectS: UInt16 = 3522
  static let returnCallIndirectA: UInt16 = 3523
  static let returnNone: UInt16 = 3524
  static let returnOneS: UInt16 = 3525
  static let returnOneA: UInt16 = 3526
  static let returnMany: UInt16 = 3527
  static let untranslated: UInt16 = 3528
  static let exit: UInt16 = 3529
  static let structGetI32: UInt16 = 783
  static let arrayGetI32: UInt16 = 785
  static let structGetI64: UInt16 = 787
  static let arrayGetI64: UInt16 = 789
  static let structGetF32: UInt16 = 791
  static let arrayGetF32: UInt16 = 793
  static let structGetF64: UInt16 = 795
  static let arrayGetF64: UInt16 = 797
  static let structGetI8S: UInt16 = 799
  static let arrayGetI8S: UInt16 = 801
  static let structGetI8U: UInt16 = 803
  static let arrayGetI8U: UInt16 = 805
  static let structGetI16S: UInt16 = 807
  static let arrayGetI16S: UInt16 = 809
  static let structGetI16U: UInt16 = 811
  static let arrayGetI16U: UInt16 = 813
  static let structSet8: UInt16 = 3530
  static let arraySet8: UInt16 = 3532
  static let structSet16: UInt16 = 3534
  static let arraySet16: UInt16 = 3536
  static let structSet32: UInt16 = 3538
  static let arraySet32: UInt16 = 3540
  static let structSet64: UInt16 = 3542
  static let arraySet64: UInt16 = 3544
  static let refI31: UInt16 = 815
  static let i31GetS: UInt16 = 817
  static let i31GetU: UInt16 = 819
  static let arrayLen: UInt16 = 821
  static let refTestType: UInt16 = 823
  static let refTest: UInt16 = 825
  static let refCastType: UInt16 = 3546
  static let refCast: UInt16 = 3547
  static let structNew: UInt16 = 826
  static let structNewDefault: UInt16 = 827
  static let arrayNew: UInt16 = 828
  static let arrayNewDefault: UInt16 = 829
  static let arrayNewFixed: UInt16 = 830
  static let i8x16Splat: UInt16 = 831
  static let i8x16ExtractLaneS: UInt16 = 833
  static let i8x16ExtractLaneU: UInt16 = 834
  static let i8x16ReplaceLane: UInt16 = 835
  static let i16x8Splat: UInt16 = 839
  static let i16x8ExtractLaneS: UInt16 = 841
  static let i16x8ExtractLaneU: UInt16 = 842
  static let i16x8ReplaceLane: UInt16 = 843
  static let i32x4Splat: UInt16 = 847
  static let i32x4ExtractLane: UInt16 = 849
  static let i32x4ReplaceLane: UInt16 = 850
  static let i64x2Splat: UInt16 = 854
  static let i64x2ExtractLane: UInt16 = 856
  static let i64x2ReplaceLane: UInt16 = 857
  static let f32x4Splat: UInt16 = 861
  static let f32x4ExtractLane: UInt16 = 863
  static let f32x4ReplaceLane: UInt16 = 864
  static let f64x2Splat: UInt16 = 868
  static let f64x2ExtractLane: UInt16 = 870
  static let f64x2ReplaceLane: UInt16 = 871
  static let i8x16Eq: UInt16 = 875
  static let i8x16Ne: UInt16 = 878
  static let i8x16LtS: UInt16 = 881
  static let i8x16LtU: UInt16 = 884
  static let i8x16GtS: UInt16 = 887
  static let i8x16GtU: UInt16 = 890
  static let i8x16LeS: UInt16 = 893
  static let i8x16LeU: UInt16 = 896
  static let i8x16GeS: UInt16 = 899
  static let i8x16GeU: UInt16 = 902
  static let i16x8Eq: UInt16 = 905
  static let i16x8Ne: UInt16 = 908
  static let i16x8LtS: UInt16 = 911
  static let i16x8LtU: UInt16 = 914
  static let i16x8GtS: UInt16 = 917
  static let i16x8GtU: UInt16 = 920
  static let i16x8LeS: UInt16 = 923
  static let i16x8LeU: UInt16 = 926
  static let i16x8GeS: UInt16 = 929
  static let i16x8GeU: UInt16 = 932
  static let i32x4Eq: UInt16 = 935
  static let i32x4Ne: UInt16 = 938
  static let i32x4LtS: UInt16 = 941
  static let i32x4LtU: UInt16 = 944
  static let i32x4GtS: UInt16 = 947
  static let i32x4GtU: UInt16 = 950
  static let i32x4LeS: UInt16 = 953
  static let i32x4LeU: UInt16 = 956
  static let i32x4GeS: UInt16 = 959
  static let i32x4GeU: UInt16 = 962
  static let i64x2Eq: UInt16 = 965
  static let i64x2Ne: UInt16 = 968
  static let i64x2LtS: UInt16 = 971
  static let i64x2GtS: UInt16 = 974
  static let i64x2LeS: UInt16 = 977
  static let i64x2GeS: UInt16 = 980
  static let f32x4Eq: UInt16 = 983
  static let f32x4Ne: UInt16 = 986
  static let f32x4Lt: UInt16 = 989
  static let f32x4Gt: UInt16 = 992
  static let f32x4Le: UInt16 = 995
  static let f32x4Ge: UInt16 = 998
  static let f64x2Eq: UInt16 = 1001
  static let f64x2Ne: UInt16 = 1004
  static let f64x2Lt: UInt16 = 1007
  static let f64x2Gt: UInt16 = 1010
  static let f64x2Le: UInt16 = 1013
  static let f64x2Ge: UInt16 = 1016
  static let v128Not: UInt16 = 1019
  static let v128And: UInt16 = 1021
  static let v128Andnot: UInt16 = 1024
  static let v128Or: UInt16 = 1027
  static let v128Xor: UInt16 = 1030
  static let v128Bitselect: UInt16 = 1033
  static let v128AnyTrue: UInt16 = 1036
  static let i8x16Abs: UInt16 = 1038
  static let i8x16Neg: UInt16 = 1040
  static let i8x16AllTrue: UInt16 = 1042
  static let i8x16Bitmask: UInt16 = 1044
  static let i8x16Shl: UInt16 = 1046
  static let i8x16ShrS: UInt16 = 1052
  static let i8x16ShrU: UInt16 = 1058
  static let i8x16Add: UInt16 = 1064
  static let i8x16Sub: UInt16 = 1067
  static let i8x16AddSatS: UInt16 = 1070
  static let i8x16AddSatU: UInt16 = 1073
  static let i8x16SubSatS: UInt16 = 1076
  static let i8x16SubSatU: UInt16 = 1079
  static let i8x16AvgrU: UInt16 = 1082
  static let i8x16MinS: UInt16 = 1085
  static let i8x16MinU: UInt16 = 1088
  static let i8x16MaxS: UInt16 = 1091
  static let i8x16MaxU: UInt16 = 1094
  static let i16x8Abs: UInt16 = 1097
  static let i16x8Neg: UInt16 = 1099
  static let i16x8AllTrue: UInt16 = 1101
  static let i16x8Bitmask: UInt16 = 1103
  static let i16x8Shl: UInt16 = 1105
  static let i16x8ShrS: UInt16 = 1111
  static let i16x8ShrU: UInt16 = 1117
  static let i16x8Add: UInt16 = 1123
  static let i16x8Sub: UInt16 = 1126
  static let i16x8Mul: UInt16 = 1129
  static let i16x8AddSatS: UInt16 = 1132
  static let i16x8AddSatU: UInt16 = 1135
  static let i16x8SubSatS: UInt16 = 1138
  static let i16x8SubSatU: UInt16 = 1141
  static let i16x8AvgrU: UInt16 = 1144
  static let i16x8MinS: UInt16 = 1147
  static let i16x8MinU: UInt16 = 1150
  static let i16x8MaxS: UInt16 = 1153
  static let i16x8MaxU: UInt16 = 1156
  static let i32x4Abs: UInt16 = 1159
  static let i32x4Neg: UInt16 = 1161
  static let i32x4AllTrue: UInt16 = 1163
  static let i32x4Bitmask: UInt16 = 1165
  static let i32x4Shl: UInt16 = 1167
  static let i32x4ShrS: UInt16 = 1173
  static let i32x4ShrU: UInt16 = 1179
  static let i32x4Add: UInt16 = 1185
  static let i32x4Sub: UInt16 = 1188
  static let i32x4Mul: UInt16 = 1191
  static let i32x4MinS: UInt16 = 1194
  static let i32x4MinU: UInt16 = 1197
  static let i32x4MaxS: UInt16 = 1200
  static let i32x4MaxU: UInt16 = 1203
  static let i64x2Abs: UInt16 = 1206
  static let i64x2Neg: UInt16 = 1208
  static let i64x2AllTrue: UInt16 = 1210
  static let i64x2Bitmask: UInt16 = 1212
  static let i64x2Shl: UInt16 = 1214
  static let i64x2ShrS: UInt16 = 1220
  static let i64x2ShrU: UInt16 = 1226
  static let i64x2Add: UInt16 = 1232
  static let i64x2Sub: UInt16 = 1235
  static let i64x2Mul: UInt16 = 1238
  static let i8x16Popcnt: UInt16 = 1241
  static let i16x8ExtaddPairwiseI8x16S: UInt16 = 1243
  static let i8x16NarrowI16x8S: UInt16 = 1245
  static let i16x8ExtendLowI8x16S: UInt16 = 1248
  static let i16x8ExtmulLowI8x16S: UInt16 = 1250
  static let i16x8ExtendHighI8x16S: UInt16 = 1253
  static let i16x8ExtmulHighI8x16S: UInt16 = 1255
  static let i16x8ExtaddPairwiseI8x16U: UInt16 = 1258
  static let i8x16NarrowI16x8U: UInt16 = 1260
  static let i16x8ExtendLowI8x16U: UInt16 = 1263
  static let i16x8ExtmulLowI8x16U: UInt16 = 1265
  static let i16x8ExtendHighI8x16U: UInt16 = 1268
  static let i16x8ExtmulHighI8x16U: UInt16 = 1270
  static let i32x4ExtaddPairwiseI16x8S: UInt16 = 1273
  static let i16x8NarrowI32x4S: UInt16 = 1275
  static let i32x4ExtendLowI16x8S: UInt16 = 1278
  static let i32x4ExtmulLowI16x8S: UInt16 = 1280
  static let i32x4ExtendHighI16x8S: UInt16 = 1283
  static let i32x4ExtmulHighI16x8S: UInt16 = 1285
  static let i32x4ExtaddPairwiseI16x8U: UInt16 = 1288
  static let i16x8NarrowI32x4U: UInt16 = 1290
  static let i32x4ExtendLowI16x8U: UInt16 = 1293
  static let i32x4ExtmulLowI16x8U: UInt16 = 1295
  static let i32x4ExtendHighI16x8U: UInt16 = 1298
  static let i32x4ExtmulHighI16x8U: UInt16 = 1300
  static let i64x2ExtendLowI32x4S: UInt16 = 1303
  static let i64x2ExtmulLowI32x4S: UInt16 = 1305
  static let i64x2ExtendHighI32x4S: UInt16 = 1308
  static let i64x2ExtmulHighI32x4S: UInt16 = 1310
  static let i64x2ExtendLowI32x4U: UInt16 = 1313
  static let i64x2ExtmulLowI32x4U: UInt16 = 1315
  static let i64x2ExtendHighI32x4U: UInt16 = 1318
  static let i64x2ExtmulHighI32x4U: UInt16 = 1320
  static let i32x4DotI16x8S: UInt16 = 1323
  static let i16x8Q15mulrSatS: UInt16 = 1326
  static let i8x16Swizzle: UInt16 = 1329
  static let i8x16Shuffle: UInt16 = 1332
  static let f32x4Abs: UInt16 = 1335
  static let f32x4Neg: UInt16 = 1337
  static let f32x4Sqrt: UInt16 = 1339
  static let f32x4Ceil: UInt16 = 1341
  static let f32x4Floor: UInt16 = 1343
  static let f32x4Trunc: UInt16 = 1345
  static let f32x4Nearest: UInt16 = 1347
  static let f32x4Add: UInt16 = 1349
  static let f32x4Sub: UInt16 = 1352
  static let f32x4Mul: UInt16 = 1355
  static let f32x4Div: UInt16 = 1358
  static let f32x4Min: UInt16 = 1361
  static let f32x4Max: UInt16 = 1364
  static let f32x4Pmin: UInt16 = 1367
  static let f32x4Pmax: UInt16 = 1370
  static let f32x4Madd: UInt16 = 1373
  static let f32x4Nmadd: UInt16 = 1376
  static let f32x4Canonical: UInt16 = 1379
  static let f64x2Abs: UInt16 = 1380
  static let f64x2Neg: UInt16 = 1382
  static let f64x2Sqrt: UInt16 = 1384
  static let f64x2Ceil: UInt16 = 1386
  static let f64x2Floor: UInt16 = 1388
  static let f64x2Trunc: UInt16 = 1390
  static let f64x2Nearest: UInt16 = 1392
  static let f64x2Add: UInt16 = 1394
  static let f64x2Sub: UInt16 = 1397
  static let f64x2Mul: UInt16 = 1400
  static let f64x2Div: UInt16 = 1403
  static let f64x2Min: UInt16 = 1406
  static let f64x2Max: UInt16 = 1409
  static let f64x2Pmin: UInt16 = 1412
  static let f64x2Pmax: UInt16 = 1415
  static let f64x2Madd: UInt16 = 1418
  static let f64x2Nmadd: UInt16 = 1421
  static let f64x2Canonical: UInt16 = 1424
  static let i32x4TruncSatF32x4S: UInt16 = 1425
  static let i32x4TruncSatF64x2SZero: UInt16 = 1427
  static let f32x4ConvertI32x4S: UInt16 = 1429
  static let f64x2ConvertLowI32x4S: UInt16 = 1431
  static let i32x4TruncSatF32x4U: UInt16 = 1433
  static let i32x4TruncSatF64x2UZero: UInt16 = 1435
  static let f32x4ConvertI32x4U: UInt16 = 1437
  static let f64x2ConvertLowI32x4U: UInt16 = 1439
  static let f32x4DemoteF64x2Zero: UInt16 = 1441
  static let f64x2PromoteLowF32x4: UInt16 = 1443
  static let i16x8RelaxedDotI8x16I7x16S: UInt16 = 1445
  static let i32x4RelaxedDotI8x16I7x16AddS: UInt16 = 1448
  static let v128Const: UInt16 = 1451
  static let v128Load: UInt16 = 1452
  static let v128Load8x8S: UInt16 = 1460
  static let v128Load8x8U: UInt16 = 1468
  static let v128Load16x4S: UInt16 = 1476
  static let v128Load16x4U: UInt16 = 1484
  static let v128Load32x2S: UInt16 = 1492
  static let v128Load32x2U: UInt16 = 1500
  static let v128Load8Splat: UInt16 = 1508
  static let v128Load16Splat: UInt16 = 1516
  static let v128Load32Splat: UInt16 = 1524
  static let v128Load64Splat: UInt16 = 1532
  static let v128Load32Zero: UInt16 = 1540
  static let v128Load64Zero: UInt16 = 1548
  static let v128Store: UInt16 = 3548
  static let v128Load8Lane: UInt16 = 1556
  static let v128Store8Lane: UInt16 = 3558
  static let v128Load16Lane: UInt16 = 1557
  static let v128Store16Lane: UInt16 = 3559
  static let v128Load32Lane: UInt16 = 1558
  static let v128Store32Lane: UInt16 = 3560
  static let v128Load64Lane: UInt16 = 1559
  static let v128Store64Lane: UInt16 = 3561
  static let structGetV128: UInt16 = 1560
  static let arrayGetV128: UInt16 = 1561
  static let structSetV128: UInt16 = 3562
  static let arraySetV128: UInt16 = 3563
  static let selectV128: UInt16 = 1562
  static let moveV128: UInt16 = 3564
  static let globalGetV128: UInt16 = 1564
  static let globalSetV128S: UInt16 = 3565
  static let globalSetV128A: UInt16 = 3566
}

/// The families of vector instructions by their names in the text format.
enum VectorHandlers {
  static let byName: [String: UInt16] = [
    "i8x16.splat": 831,
    "i8x16.extract_lane_s": 833,
    "i8x16.extract_lane_u": 834,
    "i8x16.replace_lane": 835,
    "i16x8.splat": 839,
    "i16x8.extract_lane_s": 841,
    "i16x8.extract_lane_u": 842,
    "i16x8.replace_lane": 843,
    "i32x4.splat": 847,
    "i32x4.extract_lane": 849,
    "i32x4.replace_lane": 850,
    "i64x2.splat": 854,
    "i64x2.extract_lane": 856,
    "i64x2.replace_lane": 857,
    "f32x4.splat": 861,
    "f32x4.extract_lane": 863,
    "f32x4.replace_lane": 864,
    "f64x2.splat": 868,
    "f64x2.extract_lane": 870,
    "f64x2.replace_lane": 871,
    "i8x16.eq": 875,
    "i8x16.ne": 878,
    "i8x16.lt_s": 881,
    "i8x16.lt_u": 884,
    "i8x16.gt_s": 887,
    "i8x16.gt_u": 890,
    "i8x16.le_s": 893,
    "i8x16.le_u": 896,
    "i8x16.ge_s": 899,
    "i8x16.ge_u": 902,
    "i16x8.eq": 905,
    "i16x8.ne": 908,
    "i16x8.lt_s": 911,
    "i16x8.lt_u": 914,
    "i16x8.gt_s": 917,
    "i16x8.gt_u": 920,
    "i16x8.le_s": 923,
    "i16x8.le_u": 926,
    "i16x8.ge_s": 929,
    "i16x8.ge_u": 932,
    "i32x4.eq": 935,
    "i32x4.ne": 938,
    "i32x4.lt_s": 941,
    "i32x4.lt_u": 944,
    "i32x4.gt_s": 947,
    "i32x4.gt_u": 950,
    "i32x4.le_s": 953,
    "i32x4.le_u": 956,
    "i32x4.ge_s": 959,
    "i32x4.ge_u": 962,
    "i64x2.eq": 965,
    "i64x2.ne": 968,
    "i64x2.lt_s": 971,
    "i64x2.gt_s": 974,
    "i64x2.le_s": 977,
    "i64x2.ge_s": 980,
    "f32x4.eq": 983,
    "f32x4.ne": 986,
    "f32x4.lt": 989,
    "f32x4.gt": 992,
    "f32x4.le": 995,
    "f32x4.ge": 998,
    "f64x2.eq": 1001,
    "f64x2.ne": 1004,
    "f64x2.lt": 1007,
    "f64x2.gt": 1010,
    "f64x2.le": 1013,
    "f64x2.ge": 1016,
    "v128.not": 1019,
    "v128.and": 1021,
    "v128.andnot": 1024,
    "v128.or": 1027,
    "v128.xor": 1030,
    "v128.bitselect": 1033,
    "v128.any_true": 1036,
    "i8x16.abs": 1038,
    "i8x16.neg": 1040,
    "i8x16.all_true": 1042,
    "i8x16.bitmask": 1044,
    "i8x16.shl": 1046,
    "i8x16.shr_s": 1052,
    "i8x16.shr_u": 1058,
    "i8x16.add": 1064,
    "i8x16.sub": 1067,
    "i8x16.add_sat_s": 1070,
    "i8x16.add_sat_u": 1073,
    "i8x16.sub_sat_s": 1076,
    "i8x16.sub_sat_u": 1079,
    "i8x16.avgr_u": 1082,
    "i8x16.min_s": 1085,
    "i8x16.min_u": 1088,
    "i8x16.max_s": 1091,
    "i8x16.max_u": 1094,
    "i16x8.abs": 1097,
    "i16x8.neg": 1099,
    "i16x8.all_true": 1101,
    "i16x8.bitmask": 1103,
    "i16x8.shl": 1105,
    "i16x8.shr_s": 1111,
    "i16x8.shr_u": 1117,
    "i16x8.add": 1123,
    "i16x8.sub": 1126,
    "i16x8.mul": 1129,
    "i16x8.add_sat_s": 1132,
    "i16x8.add_sat_u": 1135,
    "i16x8.sub_sat_s": 1138,
    "i16x8.sub_sat_u": 1141,
    "i16x8.avgr_u": 1144,
    "i16x8.min_s": 1147,
    "i16x8.min_u": 1150,
    "i16x8.max_s": 1153,
    "i16x8.max_u": 1156,
    "i32x4.abs": 1159,
    "i32x4.neg": 1161,
    "i32x4.all_true": 1163,
    "i32x4.bitmask": 1165,
    "i32x4.shl": 1167,
    "i32x4.shr_s": 1173,
    "i32x4.shr_u": 1179,
    "i32x4.add": 1185,
    "i32x4.sub": 1188,
    "i32x4.mul": 1191,
    "i32x4.min_s": 1194,
    "i32x4.min_u": 1197,
    "i32x4.max_s": 1200,
    "i32x4.max_u": 1203,
    "i64x2.abs": 1206,
    "i64x2.neg": 1208,
    "i64x2.all_true": 1210,
    "i64x2.bitmask": 1212,
    "i64x2.shl": 1214,
    "i64x2.shr_s": 1220,
    "i64x2.shr_u": 1226,
    "i64x2.add": 1232,
    "i64x2.sub": 1235,
    "i64x2.mul": 1238,
    "i8x16.popcnt": 1241,
    "i16x8.extadd_pairwise_i8x16_s": 1243,
    "i8x16.narrow_i16x8_s": 1245,
    "i16x8.extend_low_i8x16_s": 1248,
    "i16x8.extmul_low_i8x16_s": 1250,
    "i16x8.extend_high_i8x16_s": 1253,
    "i16x8.extmul_high_i8x16_s": 1255,
    "i16x8.extadd_pairwise_i8x16_u": 1258,
    "i8x16.narrow_i16x8_u": 1260,
    "i16x8.extend_low_i8x16_u": 1263,
    "i16x8.extmul_low_i8x16_u": 1265,
    "i16x8.extend_high_i8x16_u": 1268,
    "i16x8.extmul_high_i8x16_u": 1270,
    "i32x4.extadd_pairwise_i16x8_s": 1273,
    "i16x8.narrow_i32x4_s": 1275,
    "i32x4.extend_low_i16x8_s": 1278,
    "i32x4.extmul_low_i16x8_s": 1280,
    "i32x4.extend_high_i16x8_s": 1283,
    "i32x4.extmul_high_i16x8_s": 1285,
    "i32x4.extadd_pairwise_i16x8_u": 1288,
    "i16x8.narrow_i32x4_u": 1290,
    "i32x4.extend_low_i16x8_u": 1293,
    "i32x4.extmul_low_i16x8_u": 1295,
    "i32x4.extend_high_i16x8_u": 1298,
    "i32x4.extmul_high_i16x8_u": 1300,
    "i64x2.extend_low_i32x4_s": 1303,
    "i64x2.extmul_low_i32x4_s": 1305,
    "i64x2.extend_high_i32x4_s": 1308,
    "i64x2.extmul_high_i32x4_s": 1310,
    "i64x2.extend_low_i32x4_u": 1313,
    "i64x2.extmul_low_i32x4_u": 1315,
    "i64x2.extend_high_i32x4_u": 1318,
    "i64x2.extmul_high_i32x4_u": 1320,
    "i32x4.dot_i16x8_s": 1323,
    "i16x8.q15mulr_sat_s": 1326,
    "i8x16.swizzle": 1329,
    "i8x16.shuffle": 1332,
    "f32x4.abs": 1335,
    "f32x4.neg": 1337,
    "f32x4.sqrt": 1339,
    "f32x4.ceil": 1341,
    "f32x4.floor": 1343,
    "f32x4.trunc": 1345,
    "f32x4.nearest": 1347,
    "f32x4.add": 1349,
    "f32x4.sub": 1352,
    "f32x4.mul": 1355,
    "f32x4.div": 1358,
    "f32x4.min": 1361,
    "f32x4.max": 1364,
    "f32x4.pmin": 1367,
    "f32x4.pmax": 1370,
    "f32x4.madd": 1373,
    "f32x4.nmadd": 1376,
    "f32x4.canonical": 1379,
    "f64x2.abs": 1380,
    "f64x2.neg": 1382,
    "f64x2.sqrt": 1384,
    "f64x2.ceil": 1386,
    "f64x2.floor": 1388,
    "f64x2.trunc": 1390,
    "f64x2.nearest": 1392,
    "f64x2.add": 1394,
    "f64x2.sub": 1397,
    "f64x2.mul": 1400,
    "f64x2.div": 1403,
    "f64x2.min": 1406,
    "f64x2.max": 1409,
    "f64x2.pmin": 1412,
    "f64x2.pmax": 1415,
    "f64x2.madd": 1418,
    "f64x2.nmadd": 1421,
    "f64x2.canonical": 1424,
    "i32x4.trunc_sat_f32x4_s": 1425,
    "i32x4.trunc_sat_f64x2_s_zero": 1427,
    "f32x4.convert_i32x4_s": 1429,
    "f64x2.convert_low_i32x4_s": 1431,
    "i32x4.trunc_sat_f32x4_u": 1433,
    "i32x4.trunc_sat_f64x2_u_zero": 1435,
    "f32x4.convert_i32x4_u": 1437,
    "f64x2.convert_low_i32x4_u": 1439,
    "f32x4.demote_f64x2_zero": 1441,
    "f64x2.promote_low_f32x4": 1443,
    "i16x8.relaxed_dot_i8x16_i7x16_s": 1445,
    "i32x4.relaxed_dot_i8x16_i7x16_add_s": 1448,
    "v128.const": 1451,
    "v128.load": 1452,
    "v128.load8x8_s": 1460,
    "v128.load8x8_u": 1468,
    "v128.load16x4_s": 1476,
    "v128.load16x4_u": 1484,
    "v128.load32x2_s": 1492,
    "v128.load32x2_u": 1500,
    "v128.load8_splat": 1508,
    "v128.load16_splat": 1516,
    "v128.load32_splat": 1524,
    "v128.load64_splat": 1532,
    "v128.load32_zero": 1540,
    "v128.load64_zero": 1548,
    "v128.store": 3548,
    "v128.load8_lane": 1556,
    "v128.store8_lane": 3558,
    "v128.load16_lane": 1557,
    "v128.store16_lane": 3559,
    "v128.load32_lane": 1558,
    "v128.store32_lane": 3560,
    "v128.load64_lane": 1559,
    "v128.store64_lane": 3561,
    "struct.get_v128": 1560,
    "array.get_v128": 1561,
    "struct.set_v128": 3562,
    "array.set_v128": 3563,
    "select.v128": 1562,
    "move.v128": 3564,
    "global.get_v128": 1564,
    "global.set_v128_s": 3565,
    "global.set_v128_a": 3566,
  ]
}
